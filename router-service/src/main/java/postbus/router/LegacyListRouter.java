package postbus.router;

import java.util.List;
import postbus.mail.EmailAddress;
import postbus.site.LiveFiles;
import postbus.site.alias.AddressText;
import postbus.site.alias.AddressText.Extracted;
import postbus.site.alias.Target;

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
    String name = EmailAddress.lowerCase(address.unquotedLocalPart());
    return domains.legacy(address.domain()) && files.isLegacyList(listName(name))
        ? there(name, address)
        : new Decision.Decline();
  }

  /** The rest of a suffix may be anything; then it may be no address without its quotes. */
  private Decision there(String name, EmailAddress address) {
    return AddressText.extract(name + "@" + listsDomain)
            instanceof Extracted.Address(String localPart, var domain)
        ? new Decision.Redirect(
            List.of(new Target.Address(new EmailAddress(localPart, domain.orElse(listsDomain)))))
        : Decision.wrongHere("no address of a list: " + address);
  }

  @Override
  public String name(EmailAddress address) {
    return "legacy-lists";
  }

  /**
   * The local part without the first suffix of the table that fits.
   *
   * @param localPart in lower case
   */
  static String listName(String localPart) {
    for (String suffix : SUFFIXES) {
      int at =
          suffix.endsWith("*")
              ? localPart.indexOf(suffix.substring(0, suffix.length() - 1))
              : localPart.length() > suffix.length() && localPart.endsWith(suffix)
                  ? localPart.length() - suffix.length()
                  : -1;
      if (at >= 0) {
        return localPart.substring(0, at);
      }
    }
    return localPart;
  }
}
