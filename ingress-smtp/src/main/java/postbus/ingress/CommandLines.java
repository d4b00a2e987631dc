package postbus.ingress;

import java.util.Optional;
import postbus.site.Site;

/**
 * Cuts command lines. A line ends with CRLF. An LF alone ends the session, since whoever sends it
 * may mean one line or two; a line that is too long is skipped to its end, and ends the session if
 * it was a BDAT, as its octets would be taken for commands.
 */
final class CommandLines {
  private final CommandParser parser;
  private final int lineMax;
  private boolean overlong;
  private boolean isBdat;

  /**
   * @param lineMax octets of a line with its CRLF
   */
  CommandLines(CommandParser parser, int lineMax) {
    this.parser = parser;
    this.lineMax = lineMax;
  }

  /** The lines of a client of this site. */
  static CommandLines of(Site site, boolean trusted) {
    CommandParser parser = new CommandParser(site.primaryHostname(), trusted);
    return new CommandLines(parser, site.sessions().commandLineMax());
  }

  /** The next line's command; empty if no line is whole. */
  Optional<Command> next(InputBuffer input) {
    int lineFeed = input.lineFeed();
    if (lineFeed < 0) {
      if (input.size() > lineMax) {
        isBdat |= !overlong && CommandParser.isBdat(input.bytes(), input.from(), input.to());
        overlong = true;
        // The last octet may be the CR of the end.
        input.readTo(input.to() - 1);
      }
      return Optional.empty();
    }
    int from = input.from();
    byte[] bytes = input.bytes();
    input.readTo(lineFeed + 1);
    if (lineFeed == from || bytes[lineFeed - 1] != '\r') {
      return Optional.of(new Command.Malformed(Replies.BARE_LINE_FEED, true));
    }
    boolean tooLong = overlong || lineFeed + 1 - from > lineMax;
    boolean close = isBdat || (tooLong && !overlong && CommandParser.isBdat(bytes, from, lineFeed));
    overlong = false;
    isBdat = false;
    return Optional.of(
        tooLong
            ? new Command.Malformed(Replies.COMMAND_TOO_LONG, close)
            : parser.parse(bytes, from, lineFeed - 1));
  }
}
