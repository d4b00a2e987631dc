package postbus.site;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One reading of {@code postbus.yaml}: what was wrong, and which settings were looked for. */
final class Reading {
  static final String FILE = "postbus.yaml";

  private final Set<SiteProblem> problems = new LinkedHashSet<>();
  private final Set<Setting> settings = new LinkedHashSet<>();
  private final List<Section> sections = new ArrayList<>();

  void wrong(int line, String foundAndExpected) {
    problems.add(new SiteProblem(FILE, line, foundAndExpected));
  }

  void lookedFor(Setting setting) {
    settings.add(setting);
  }

  void opened(Section section) {
    sections.add(section);
  }

  /** In another file that is read together with it. */
  void wrong(SiteProblem problem) {
    problems.add(problem);
  }

  /** To be called last: what nobody looked for is a mistake. */
  void unknownKeysAreWrong() {
    sections.forEach(Section::unknownKeysAreWrong);
  }

  Set<Setting> settings() {
    return settings;
  }

  /** In the order of the file. */
  List<SiteProblem> problems() {
    return problems.stream().sorted(Comparator.comparingInt(SiteProblem::line)).toList();
  }
}
