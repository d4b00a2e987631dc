package postbus.cli.exim;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Options under one name: those of the main section, of a router, a transport, … */
final class Block {
  private static final Pattern OPTION =
      Pattern.compile("(?:hide\\s+)?(?:no_|not_)?([a-z_0-9]+)\\s*(?:=\\s*(.*))?");

  private final String name;
  private final String place;
  private final Map<String, Setting> settings = new LinkedHashMap<>();

  /** Those whose values Exim shows to nobody. */
  private final Set<String> hidden = new HashSet<>();

  Block(String name, String place) {
    this.name = name;
    this.place = place;
  }

  String name() {
    return name;
  }

  String place() {
    return place;
  }

  /**
   * False if it is no option. A name without a value stands for yes, {@code no_more} for itself.
   */
  boolean add(Line line) {
    Matcher option = OPTION.matcher(line.text());
    if (!option.matches()) {
      return false;
    }
    String bare = line.text().replaceFirst("hide\\s+", "").split("[\\s=]", 2)[0];
    String value = option.group(2);
    settings.put(bare, new Setting(value == null ? "yes" : value, line.place()));
    if (line.text().startsWith("hide ")) {
      hidden.add(bare);
    }
    return true;
  }

  /** What it says, if it is there; from now on it is translated. */
  Optional<String> take(String option) {
    return Optional.ofNullable(settings.get(option)).map(Setting::take);
  }

  /** The same; where it is not there, the other value. */
  String take(String option, String otherwise) {
    return take(option).orElse(otherwise);
  }

  /** What it says, if it is there, without having it translated. */
  String look(String option) {
    Setting setting = settings.get(option);
    return setting == null ? "" : setting.value();
  }

  String place(String option) {
    Setting setting = settings.get(option);
    return setting == null ? place : setting.place();
  }

  /** Options that mean nothing here, or what is so anyway. */
  void ignore(String... options) {
    for (String option : options) {
      take(option);
    }
  }

  /** Names what nobody has translated. */
  void tellRest(String kind, Notes notes) {
    settings.forEach((option, setting) -> {
      if (!setting.isTaken()) {
        String shown = hidden.contains(option) ? "(hidden)" : setting.value();
        String of = name.isEmpty() ? "" : kind + " " + name + ": ";
        notes.add(setting.place(), "not translated: " + of + option + " = " + shown);
      }
    });
  }
}
