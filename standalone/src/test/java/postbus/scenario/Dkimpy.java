package postbus.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import postbus.testkit.Peers;

/** A domain whose mail dkimpy signs with a key of its own (Ed25519). */
record Dkimpy(String domain, String selector, KeyPair keys, Optional<Path> python) {
  private static final int KEY_OCTETS = 32;

  private static final String PROGRAM =
      """
      import sys, dkim
      mail = sys.stdin.buffer.read()
      selector, domain, key = (word.encode() for word in sys.argv[1:])
      signature = dkim.sign(mail, selector, domain, key, signature_algorithm=b"ed25519-sha256")
      sys.stdout.buffer.write(signature)
      """;

  static Dkimpy of(String domain, String selector) {
    try {
      KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      return new Dkimpy(domain, selector, keys, Peers.program("dkim-python"));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether this machine has it. */
  boolean isHere() {
    return python.isPresent();
  }

  /** As it is in DNS. */
  String publicKey() {
    return octets(keys.getPublic());
  }

  /** The field that it puts on top of a mail. */
  String signs(String mail) throws IOException {
    Process process =
        new ProcessBuilder(
                python.orElseThrow().toString(),
                "-c",
                PROGRAM,
                selector,
                domain,
                octets(keys.getPrivate()))
            .redirectError(Redirect.INHERIT)
            .start();
    try (OutputStream out = process.getOutputStream()) {
      out.write(mail.getBytes(UTF_8));
    }
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }

  /** The key itself, which is at the end of what encodes it. */
  private static String octets(Key key) {
    byte[] encoded = key.getEncoded();
    byte[] octets = Arrays.copyOfRange(encoded, encoded.length - KEY_OCTETS, encoded.length);
    return Base64.getEncoder().encodeToString(octets);
  }
}
