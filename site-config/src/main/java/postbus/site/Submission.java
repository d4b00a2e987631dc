package postbus.site;

import java.util.Optional;

/**
 * What holds for mail of people who logged in (RFC 6409); section {@code submission}.
 *
 * @param sender which addresses may stand in MAIL
 * @param fromField which addresses may stand in the From field
 * @param hideClient whether our Received field keeps to itself where the person is
 * @param recipientsPerHourMax recipients that one account may name in an hour
 */
public record Submission(
    Names sender, Names fromField, boolean hideClient, int recipientsPerHourMax) {

  /** What holds where the site says nothing. */
  public static final Submission DEFAULT = new Submission(Names.OWN, Names.OWN, false, 1000);

  /** In whose name somebody may write. */
  public enum Names {
    /** In his account's, and in that of each address whose aliases lead to it. */
    OWN,
    /** In that of any address of our domains. */
    LOCAL_DOMAINS,
    /** In anybody's. */
    ANY
  }

  static Submission read(Section in) {
    Names sender = names(in, "sender", "own", DEFAULT.sender);
    return new Submission(
        sender,
        names(in, "from-field", "submission.sender", sender),
        in.value("hide-client", "yes or no", "no", Notation::yes).orElse(DEFAULT.hideClient),
        in.count("recipients-per-hour-max", DEFAULT.recipientsPerHourMax, 1, 1_000_000));
  }

  private static Names names(Section in, String key, String otherwise, Names otherwiseNames) {
    return in.value(key, "own, local-domains or any", otherwise, Submission::names)
        .orElse(otherwiseNames);
  }

  private static Optional<Names> names(String text) {
    return switch (text) {
      case "own" -> Optional.of(Names.OWN);
      case "local-domains" -> Optional.of(Names.LOCAL_DOMAINS);
      case "any" -> Optional.of(Names.ANY);
      default -> Optional.empty();
    };
  }
}
