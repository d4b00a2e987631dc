package postbus.site;

import java.util.List;
import java.util.Map;

/**
 * What holds for clients that are not trusted, beside the rules about recipients.
 *
 * @param blockLists lists in DNS that they are looked up in
 * @param networks which of them count as one
 * @param rates how fast they may send
 * @param greylisting whether one that is not known is asked to come again
 * @param authentication whether their mail comes from whom it says
 */
public record ClientRules(
    List<BlockList> blockLists,
    ClientNetworks networks,
    Rates rates,
    Greylisting greylisting,
    Authentication authentication) {

  /** What holds where the site says nothing. */
  public static final ClientRules DEFAULT =
      new ClientRules(List.of(), ClientNetworks.DEFAULT, Rates.DEFAULT, Greylisting.DEFAULT);

  public ClientRules {
    blockLists = List.copyOf(blockLists);
  }

  /** Rules under which mail is told where it comes from, and marked. */
  public ClientRules(
      List<BlockList> blockLists, ClientNetworks networks, Rates rates, Greylisting greylisting) {
    this(blockLists, networks, rates, greylisting, Authentication.DEFAULT);
  }

  static ClientRules read(Section root, Map<String, HostList> hostLists) {
    return new ClientRules(
        BlockLists.read(root.section("block-lists"), hostLists),
        ClientNetworks.read(root.section("client-networks")),
        Rates.read(root.section("rates"), hostLists),
        Greylisting.read(root.section("greylisting"), hostLists),
        Authentication.read(root.section("authentication"), hostLists));
  }
}
