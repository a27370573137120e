/** What stands at the end of every staff page. */
export function Foot() {
  return (
    <footer class="foot no-print">
      <a href="/accessibility">Accessibility</a> · <a href="/governance">What is held, why, and who can see it</a>
    </footer>
  );
}
