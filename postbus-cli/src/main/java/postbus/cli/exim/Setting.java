package postbus.cli.exim;

/** One option of a configuration, which somebody has translated or not. */
final class Setting {
  private final String value;
  private final String place;
  private boolean isTaken;

  Setting(String value, String place) {
    this.value = unquoted(value);
    this.place = place;
  }

  private static String unquoted(String value) {
    boolean isQuoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    return isQuoted ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value;
  }

  /** What it says; from now on it is somebody's affair. */
  String take() {
    isTaken = true;
    return value;
  }

  String value() {
    return value;
  }

  String place() {
    return place;
  }

  boolean isTaken() {
    return isTaken;
  }
}
