package postbus.content;

/** What a mail comes to for one server. */
public sealed interface Form {

  /**
   * The octets as they leave: every line ended by CRLF, no other CR or LF, no dots stuffed.
   *
   * @param size how many they are, exactly
   * @param eightBit whether any is above 127, in the header or the body
   */
  record Ready(long size, Source source, boolean eightBit) implements Form {}

  /**
   * It cannot be brought into seven bits: the mail is bounced (5.6.3).
   *
   * @param why for the sender, without a full stop
   */
  record Unfit(String why) implements Form {}
}
