package postbus.site;

import java.util.List;
import java.util.stream.Collectors;

/** A site folder that must not be started from, with everything that is wrong with it. */
public final class InvalidSite extends Exception {
  private final transient List<SiteProblem> problems;

  public InvalidSite(List<SiteProblem> problems) {
    super(problems.stream().map(SiteProblem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  public List<SiteProblem> problems() {
    return problems;
  }
}
