package postbus.cli.exim;

/**
 * A line of an Exim configuration, after macros, continuations and includes.
 *
 * @param place the file and the line where it begins, such as {@code exim4.conf:12}
 */
record Line(String text, String place) {}
