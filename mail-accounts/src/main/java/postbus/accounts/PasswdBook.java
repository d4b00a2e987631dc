package postbus.accounts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import postbus.accounts.AccountAnswer.Found;
import postbus.mail.EmailAddress;
import postbus.site.Checked;
import postbus.site.LookupFile;
import postbus.site.SiteProblem;

/**
 * The file of accounts, edited in place: comments, the order and what is in other lines and fields
 * stay as they are. A line that goes on in the next one is left to a human.
 */
final class PasswdBook implements AccountBook {
  private final EditedFile file;

  PasswdBook(Path folder) {
    file = new EditedFile(folder.resolve(AccountFile.NAME));
  }

  @Override
  public List<Account> list() throws IOException {
    return switch (PasswdFile.parse(AccountFile.NAME, file.lines())) {
      case Checked.Good<Map<String, Found>>(Map<String, Found> accounts, _) ->
          accounts.values().stream().map(Found::account).toList();
      case Checked.Wrong<Map<String, Found>>(List<SiteProblem> problems) ->
          throw new IOException(problems.getFirst().toString());
    };
  }

  @Override
  public boolean has(EmailAddress address) throws IOException {
    return find(file.lines(), address) >= 0;
  }

  @Override
  public boolean add(EmailAddress address, String hash, OptionalLong quotaOctets)
      throws IOException {
    String bare = address.key() + ":" + hash + "::::::";
    return file.edit(lines -> {
      if (find(lines, address) >= 0) {
        return false;
      }
      lines.add(PasswdLine.withQuota(bare, quotaOctets));
      return true;
    });
  }

  @Override
  public boolean password(EmailAddress address, String hash) throws IOException {
    return change(address, line -> PasswdLine.withPassword(line, hash));
  }

  @Override
  public boolean quota(EmailAddress address, OptionalLong octets) throws IOException {
    return change(address, line -> PasswdLine.withQuota(line, octets));
  }

  @Override
  public boolean logIn(EmailAddress address, boolean may) throws IOException {
    return change(address, line -> PasswdLine.withLogIn(line, may));
  }

  /** All its lines: otherwise the second one would count from now on. */
  @Override
  public boolean remove(EmailAddress address) throws IOException {
    return file.edit(lines -> {
      boolean removed = false;
      for (int at = find(lines, address); at >= 0; at = find(lines, address)) {
        mustEndHere(lines, at);
        lines.remove(at);
        removed = true;
      }
      return removed;
    });
  }

  private boolean change(EmailAddress address, UnaryOperator<String> to) throws IOException {
    return file.edit(lines -> {
      int at = find(lines, address);
      if (at < 0) {
        return false;
      }
      mustEndHere(lines, at);
      lines.set(at, to.apply(lines.get(at)));
      return true;
    });
  }

  /** The first line of an account; negative if there is none. */
  private static int find(List<String> lines, EmailAddress address) throws IOException {
    String key = address.key();
    for (int i = 0; i < lines.size(); i++) {
      if (key(lines.get(i)).filter(key::equals).isPresent()) {
        String name = lines.get(i).split(":", 2)[0].stripTrailing();
        if (!EmailAddress.lowerCase(name).equals(key)) {
          throw new IOException(
              "line %d of %s is not user:password:…, and is left to you"
                  .formatted(i + 1, AccountFile.NAME));
        }
        return i;
      }
    }
    return -1;
  }

  private static Optional<String> key(String line) {
    return LookupFile.parse(AccountFile.NAME, List.of(line), _ -> Optional.empty())
            instanceof Checked.Good<LookupFile>(LookupFile file, _)
        ? file.entries().keySet().stream().findFirst()
        : Optional.empty();
  }

  private static void mustEndHere(List<String> lines, int at) throws IOException {
    if (at + 1 < lines.size()
        && !lines.get(at + 1).isEmpty()
        && Character.isWhitespace(lines.get(at + 1).charAt(0))) {
      throw new IOException(
          "line %d of %s goes on in the next one, and is left to you"
              .formatted(at + 1, AccountFile.NAME));
    }
  }
}
