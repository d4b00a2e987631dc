package postbus.dns;

import java.util.List;

/**
 * The exchangers of a domain that are nearer to it than this host: if it is one of them, those of
 * its own preference and worse are left out, so that mail cannot go round (RFC 5321, section 5.1).
 */
public final class RemoteExchangers implements MailExchangers {
  private final MailExchangers all;
  private final String primaryHostname;

  /**
   * @param primaryHostname the name by which DNS knows this host
   */
  public RemoteExchangers(MailExchangers all, String primaryHostname) {
    this.all = all;
    this.primaryHostname = primaryHostname;
  }

  @Override
  public Answer of(String domain) {
    return switch (all.of(domain)) {
      case Found(List<Exchanger> exchangers) -> nearer(domain, exchangers);
      case Never never -> never;
      case Later later -> later;
    };
  }

  private Answer nearer(String domain, List<Exchanger> exchangers) {
    int ours =
        exchangers.stream()
            .filter(exchanger -> exchanger.host().equalsIgnoreCase(primaryHostname))
            .mapToInt(Exchanger::preference)
            .min()
            .orElse(Integer.MAX_VALUE);
    List<Exchanger> nearer =
        exchangers.stream().filter(exchanger -> exchanger.preference() < ours).toList();
    return nearer.isEmpty()
        ? new Never("this host is the best exchanger of " + domain)
        : new Found(nearer);
  }
}
