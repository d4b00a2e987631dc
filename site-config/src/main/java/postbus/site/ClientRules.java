package postbus.site;

import java.util.List;

/**
 * What holds for clients that are not trusted, beside the rules about recipients.
 *
 * @param blockLists lists in DNS that they are looked up in
 */
public record ClientRules(List<BlockList> blockLists) {

  /** What holds where the site says nothing. */
  public static final ClientRules DEFAULT = new ClientRules(List.of());

  public ClientRules {
    blockLists = List.copyOf(blockLists);
  }
}
