package postbus.site;

import java.util.List;
import java.util.Optional;

/**
 * The hosts before a listener that speak for others, and are believed when they say for whom.
 *
 * @param proxies who must begin a connection with a PROXY header; nobody else may connect then.
 *     Empty: no such header is read
 * @param xclient who may use XCLIENT
 */
public record FrontEnds(Optional<HostList> proxies, HostList xclient) {

  /** Everybody speaks for himself. */
  public static final FrontEnds NONE =
      new FrontEnds(Optional.empty(), new HostList("nobody", List.of()));
}
