package postbus.site;

/**
 * One mistake in a site folder.
 *
 * @param file relative to the site folder
 * @param line from 1; 0 where it concerns the whole file
 * @param expected what was found and what was expected, in one line; what a file holds is shown
 *     without its control characters, and a very long text is cut
 */
public record SiteProblem(String file, int line, String expected) {
  private static final int TEXT_MAX = 1000;

  public SiteProblem {
    file = oneLine(file);
    expected = oneLine(expected);
  }

  @Override
  public String toString() {
    return file + (line > 0 ? ":" + line : "") + ": " + expected;
  }

  private static String oneLine(String text) {
    String cut = text.length() > TEXT_MAX ? text.substring(0, TEXT_MAX) + "..." : text;
    return cut.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ");
  }
}
