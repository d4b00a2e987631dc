package postbus.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import postbus.accounts.PasswordHash;
import postbus.mail.EmailAddress;

/**
 * What people say about an account: its address, which has to fit into a line of a passwd-file, and
 * its password, which never is an argument, since those are seen by everybody on the machine.
 */
final class NewPassword {
  private static final Pattern ADDRESS =
      Pattern.compile(
          "[^.\\p{Cntrl}\\s:#\"'\\\\@,;<>()|/%*][^\\p{Cntrl}\\s:#\"'\\\\@,;<>()|/%*]{0,63}"
              + "@[\\p{L}\\p{N}][\\p{L}\\p{N}.-]{0,254}");

  private NewPassword() {}

  static EmailAddress address(CommandSpec spec, String text) {
    if (!ADDRESS.matcher(text).matches()) {
      throw new ParameterException(
          spec.commandLine(), "expected an address such as user@example.org, found " + text);
    }
    return EmailAddress.of(EmailAddress.of(text).key());
  }

  /** From the terminal, twice and without echo; or one line where there is no terminal. */
  static byte[] read(InputStream in) throws IOException {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      return octets(new BufferedReader(new InputStreamReader(in, UTF_8)).readLine());
    }
    char[] once = console.readPassword("Password: ");
    char[] again = console.readPassword("The same again: ");
    if (once == null || again == null || !Arrays.equals(once, again)) {
      throw new IOException("the two passwords differ; nothing was changed");
    }
    return octets(new String(once));
  }

  private static byte[] octets(@Nullable String line) throws IOException {
    ByteBuffer encoded = UTF_8.encode(CharBuffer.wrap(line == null ? "" : line));
    byte[] octets = new byte[encoded.remaining()];
    encoded.get(octets);
    if (octets.length == 0 || octets.length > PasswordHash.PASSWORD_OCTETS_MAX) {
      throw new IOException(
          "expected a password of 1 to %d octets, as one line of standard input"
              .formatted(PasswordHash.PASSWORD_OCTETS_MAX));
    }
    for (byte octet : octets) {
      if (octet >= 0 && octet < ' ' || octet == 0x7f) {
        throw new IOException("expected a password without control characters");
      }
    }
    return octets;
  }
}
