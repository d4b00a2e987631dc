package postbus.cli.exim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An Exim configuration in its parts. What belongs to no part is a note. */
final class EximConfig {
  private static final Pattern LIST = Pattern.compile("(\\w+list)\\s+(\\w+)\\s*=\\s*(.*)");
  private static final Pattern NAME = Pattern.compile("(\\w+):");
  private static final Pattern VERB =
      Pattern.compile("(accept|defer|deny|discard|drop|require|warn)\\b\\s*(.*)");
  private static final Pattern RETRY = Pattern.compile("(\\S+)\\s+(\\S+)\\s+(.*)");

  final Block main = new Block("", "");
  final Map<String, Setting> hostLists = new LinkedHashMap<>();
  final Map<String, Setting> domainLists = new LinkedHashMap<>();
  final List<Statement> statements = new ArrayList<>();
  final Map<String, Block> routers = new LinkedHashMap<>();
  final Map<String, Block> transports = new LinkedHashMap<>();
  final Map<String, Block> authenticators = new LinkedHashMap<>();

  /** By the pattern of domains that they are for. */
  final Map<String, Setting> retries = new LinkedHashMap<>();

  private final Notes notes;
  private String acl = "";

  private EximConfig(Notes notes) {
    this.notes = notes;
  }

  static EximConfig read(Path file, Notes notes) throws IOException {
    EximConfig config = new EximConfig(notes);
    String section = "main";
    for (Line line : EximText.read(file, notes)) {
      if (line.text().startsWith("begin ")) {
        section = line.text().substring("begin ".length()).strip();
      } else {
        config.add(section, line);
      }
    }
    return config;
  }

  private void add(String section, Line line) {
    boolean isUnderstood =
        switch (section) {
          case "main" -> main(line);
          case "acl" -> acl(line);
          case "routers" -> block(routers, line);
          case "transports" -> block(transports, line);
          case "authenticators" -> block(authenticators, line);
          case "retry" -> retry(line);
          default -> false;
        };
    if (!isUnderstood) {
      notes.add(line.place(), "not understood in section " + section + ": " + line.text());
    }
  }

  private boolean main(Line line) {
    Matcher list = LIST.matcher(line.text());
    if (!list.matches()) {
      return main.add(line);
    }
    Setting setting = new Setting(list.group(3), line.place());
    switch (list.group(1)) {
      case "hostlist" -> hostLists.put(list.group(2), setting);
      case "domainlist" -> domainLists.put(list.group(2), setting);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean acl(Line line) {
    Matcher name = NAME.matcher(line.text());
    if (name.matches()) {
      acl = name.group(1);
      return true;
    }
    Matcher verb = VERB.matcher(line.text());
    String condition = line.text();
    if (verb.matches()) {
      statements.add(new Statement(acl, verb.group(1), line.place()));
      condition = verb.group(2);
    } else if (statements.isEmpty()) {
      return false;
    }
    if (!condition.isEmpty()) {
      statements.getLast().add(condition);
    }
    return true;
  }

  private static boolean block(Map<String, Block> blocks, Line line) {
    Matcher name = NAME.matcher(line.text());
    if (name.matches()) {
      blocks.put(name.group(1), new Block(name.group(1), line.place()));
      return true;
    }
    return !blocks.isEmpty() && List.copyOf(blocks.values()).getLast().add(line);
  }

  private boolean retry(Line line) {
    Matcher rule = RETRY.matcher(line.text());
    if (rule.matches()) {
      retries.put(rule.group(1) + " " + rule.group(2), new Setting(rule.group(3), line.place()));
    }
    return rule.matches();
  }

  /** Names all that nobody has translated. */
  void tellRest() {
    main.tellRest("", notes);
    hostLists.forEach((name, list) -> tell(list, "hostlist " + name));
    domainLists.forEach((name, list) -> tell(list, "domainlist " + name));
    Statement.tellRest(statements, notes);
    routers.values().forEach(router -> router.tellRest("router", notes));
    transports.values().forEach(transport -> transport.tellRest("transport", notes));
    authenticators.values().forEach(each -> each.tellRest("authenticator", notes));
    retries.forEach((name, rule) -> tell(rule, "retry " + name));
  }

  private void tell(Setting setting, String what) {
    if (!setting.isTaken()) {
      notes.add(setting.place(), "not translated: " + what + " = " + setting.value());
    }
  }
}
