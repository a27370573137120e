// Package audit keeps the log of who looked at, changed, disclosed or erased
// what, when and why, so that it shows where it was changed.
//
// Each entry has a hash, made with a secret key (HMAC-SHA-256), of all that it
// says and of the hash before it: a chain. Who changes, removes, adds or swaps
// entries without the key breaks it, and Verify names the first broken entry.
// The first entry carries a random id, so that a log is told from another one
// under the same key.
//
// A chain alone does not show that its end was cut off. So now and then a head
// (the number of entries and the last hash) is added to a file outside the
// store, the heads. What follows the last head can't be proven: who can write
// to the store can cut it off unseen. Nor is there a proof against someone who
// holds the key and changes the store and the heads alike, or who cuts off the
// ends of both. So heads should be copied, as they are written, to where those
// who run the server can't change them; Verify takes such a copy as well.
//
// The package knows no HTTP and no clock, and decides nothing about who may
// see what.
package audit
