package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A server with its own certificate speaks TLS alone, and has browsers do so from
// then on; strangers are refused there as well.
func TestServeSpeaksTLS(t *testing.T) {
	folder := t.TempDir()
	store := filepath.Join(folder, "town.db")
	mustRun(t, "--store="+store, "sample", "--seal=0", "--until=2026-11-23")
	cert, key, roots := selfSigned(t, folder)
	origin := launch(t, store, "--tls-cert="+cert, "--tls-key="+key).origin
	if !strings.HasPrefix(origin, "https://") {
		t.Fatal(origin)
	}
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}}
	for path, want := range map[string]int{"/governance": 200, "/v1/counts": 401, "/": 200} {
		response, err := client.Get(origin + path)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body) // its status is what counts
		response.Body.Close()
		if response.StatusCode != want || response.Header.Get("Strict-Transport-Security") != "max-age=31536000" || response.ProtoMajor != 2 {
			t.Errorf("%s: %s %s, %v", path, response.Proto, response.Status, response.Header)
		}
	}
	if response, err := http.Get("http://" + strings.TrimPrefix(origin, "https://") + "/"); err == nil {
		response.Body.Close()
		if response.StatusCode == http.StatusOK {
			t.Error("it answers without TLS")
		}
	}
}

// selfSigned makes a certificate for this machine.
func selfSigned(t *testing.T, folder string) (certFile, keyFile string, roots *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	roots = x509.NewCertPool()
	roots.AppendCertsFromPEM(cert)
	return write(t, filepath.Join(folder, "cert.pem"), string(cert)),
		write(t, filepath.Join(folder, "key.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))), roots
}
