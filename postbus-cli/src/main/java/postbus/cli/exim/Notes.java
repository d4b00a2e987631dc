package postbus.cli.exim;

import java.util.ArrayList;
import java.util.List;

/** What was not understood, or has to be decided by a person: each with its file and line. */
public final class Notes {
  private final List<String> all = new ArrayList<>();

  void add(String place, String text) {
    all.add(place + ": " + text);
  }

  /** In the order in which they were found. */
  public List<String> all() {
    return List.copyOf(all);
  }
}
