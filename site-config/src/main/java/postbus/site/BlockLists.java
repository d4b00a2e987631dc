package postbus.site;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import postbus.site.BlockList.Action;
import postbus.site.HostList.Network;
import postbus.site.Section.Text;

/** Reads the section {@code block-lists}. */
final class BlockLists {
  /** Each client is looked up in all of them at the same time. */
  static final int LISTS_MAX = 8;

  private static final Duration WAIT = ofSeconds(2);

  /** The zone, and an IPv6 address before it, are one domain name. */
  private static final int ZONE_OCTETS_MAX = 180;

  /** As much of it as fits into a reply line beside the rest. */
  private static final Pattern TEXT = Pattern.compile("[ -~]{1,200}");

  private static final String ANSWERS_EXPECTED =
      "an address or network in 127.0.0.0/8; or a list of them";

  private BlockLists() {}

  static List<BlockList> read(Section section, Map<String, HostList> hostLists) {
    List<BlockList> lists = new ArrayList<>();
    for (String name : section.names(NamedLists.NAME_EXPECTED, NamedLists::name)) {
      Section in = section.section(name);
      Optional<String> zone =
          in.value(
              "zone",
              "a domain of at most 180 characters such as zen.spamhaus.org",
              Setting.REQUIRED,
              text -> Notation.domain(text).filter(domain -> domain.length() <= ZONE_OCTETS_MAX));
      List<Network> answers = answers(in);
      Action action =
          in.value("do", "refuse, defer, mark or accept", "refuse", BlockLists::action)
              .orElse(Action.REFUSE);
      Optional<String> text =
          in.value(
              "text",
              "at most 200 printable ASCII characters",
              "what the list says",
              some -> Optional.of(some).filter(TEXT.asMatchPredicate()));
      Duration wait = in.time("wait", WAIT, ofMillis(100), ofSeconds(30));
      Optional<HostList> exceptions =
          in.reference("exceptions", "host lists", "nobody", hostLists.keySet())
              .map(hostLists::get);
      zone.ifPresent(at ->
          lists.add(new BlockList(name, at, answers, action, text.orElse(""), wait, exceptions)));
    }
    if (lists.size() > LISTS_MAX) {
      section.wrong("has " + lists.size() + " lists, expected at most " + LISTS_MAX);
    }
    return lists;
  }

  private static List<Network> answers(Section in) {
    List<Network> answers = new ArrayList<>();
    for (Text text : in.texts("answers", ANSWERS_EXPECTED, "127.0.0.0/8")) {
      Network.parse(text.value())
          .filter(network -> network.bits() >= BlockList.CODES.bits())
          .filter(network -> BlockList.CODES.contains(network.base()))
          .filter(network -> network.isWrittenAs(text.value()))
          .ifPresentOrElse(
              answers::add,
              () ->
                  in.wrong(
                      "answers", "has \"" + text.value() + "\", expected " + ANSWERS_EXPECTED));
    }
    if (!in.has("answers")) {
      return List.of(BlockList.CODES);
    }
    if (answers.isEmpty()) {
      in.wrong("answers", "is empty, expected " + ANSWERS_EXPECTED + ", or no such line");
    }
    return answers;
  }

  private static Optional<Action> action(String text) {
    return switch (text) {
      case "refuse" -> Optional.of(Action.REFUSE);
      case "defer" -> Optional.of(Action.DEFER);
      case "mark" -> Optional.of(Action.MARK);
      case "accept" -> Optional.of(Action.ACCEPT);
      default -> Optional.empty();
    };
  }
}
