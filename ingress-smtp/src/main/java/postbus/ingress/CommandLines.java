package postbus.ingress;

import java.util.Arrays;
import java.util.Optional;
import postbus.site.Site;

/**
 * Cuts command lines. A line ends with CRLF. An LF alone ends the session, since whoever sends it
 * may mean one line or two; a line that is too long is skipped to its end, and ends the session if
 * it was a BDAT, as its octets would be taken for commands. Lines of AUTH, which may hold a
 * password, are wiped when they have been read, also those that are refused.
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

  /**
   * The next line's command; empty if no line is whole.
   *
   * @param isResponse whether the line is to answer a challenge, and so is no command
   */
  Optional<Command> next(InputBuffer input, boolean isResponse) {
    int max = isResponse ? SaslResponse.LINE_MAX : lineMax;
    int lineFeed = input.lineFeed();
    if (lineFeed < 0) {
      if (input.size() > max) {
        isBdat |= !overlong && CommandParser.isBdat(input.bytes(), input.from(), input.to());
        overlong = true;
        // The last octet may be the CR of the end.
        input.wipeTo(input.to() - 1);
      }
      return Optional.empty();
    }
    int from = input.from();
    byte[] bytes = input.bytes();
    input.readTo(lineFeed + 1);
    Command command = whole(bytes, from, lineFeed, isResponse, max);
    if (isResponse || AuthArgument.follows(bytes, from, lineFeed)) {
      Arrays.fill(bytes, from, lineFeed, (byte) 0);
    }
    return Optional.of(command);
  }

  private Command whole(byte[] bytes, int from, int lineFeed, boolean isResponse, int max) {
    if (lineFeed == from || bytes[lineFeed - 1] != '\r') {
      return isResponse
          ? new Command.Response(new SaslResponse.Malformed(Replies.BARE_LINE_FEED, true))
          : new Command.Malformed(Replies.BARE_LINE_FEED, true);
    }
    boolean tooLong = overlong || lineFeed + 1 - from > max;
    boolean close = isBdat || (tooLong && !overlong && CommandParser.isBdat(bytes, from, lineFeed));
    overlong = false;
    isBdat = false;
    if (isResponse) {
      return new Command.Response(
          tooLong
              ? new SaslResponse.Malformed(Replies.RESPONSE_TOO_LONG, false)
              : SaslResponse.read(bytes, from, lineFeed - 1));
    }
    return tooLong
        ? new Command.Malformed(Replies.COMMAND_TOO_LONG, close)
        : parser.parse(bytes, from, lineFeed - 1);
  }
}
