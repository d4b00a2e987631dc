package postbus.router;

import java.util.List;
import java.util.Locale;
import postbus.mail.EmailAddress;
import postbus.site.LiveFiles;

/**
 * Old addresses of mailing lists, such as {@code info-en@wikipedia.org}, lead to the same name in
 * the domain where the lists live now. A suffix is taken off before the name is looked up, and put
 * on again.
 */
final class LegacyListRouter implements AddressRouter {
  /** The seed's suffixes, in its order; a star stands for anything, also for nothing. */
  private static final List<String> SUFFIXES =
      List.of(
          "-bounces",
          "-bounces+*",
          "-confirm+*",
          "-join",
          "-leave",
          "-owner",
          "-request",
          "-admin",
          "-subscribe",
          "-unsubscribe");

  private final LocalDomains domains;
  private final LiveFiles files;
  private final String listsDomain;

  /**
   * @param listsDomain where the lists live now
   */
  LegacyListRouter(LocalDomains domains, LiveFiles files, String listsDomain) {
    this.domains = domains;
    this.listsDomain = listsDomain;
    this.files = files;
  }

  @Override
  public Decision decide(Candidate candidate) {
    EmailAddress address = candidate.address();
    boolean isList =
        domains.legacy(address.domain())
            && files.isLegacyList(listName(address.unquotedLocalPart()));
    return isList
        ? new Decision.Redirect(
            List.of(new Target.Address(new EmailAddress(address.localPart(), listsDomain))))
        : new Decision.Decline();
  }

  /** The local part without the first suffix of the table that fits; in lower case. */
  static String listName(String localPart) {
    String name = localPart.toLowerCase(Locale.ROOT);
    for (String suffix : SUFFIXES) {
      int at =
          suffix.endsWith("*")
              ? name.indexOf(suffix.substring(0, suffix.length() - 1))
              : name.endsWith(suffix) ? name.length() - suffix.length() : -1;
      if (at > 0) {
        return name.substring(0, at);
      }
    }
    return name;
  }
}
