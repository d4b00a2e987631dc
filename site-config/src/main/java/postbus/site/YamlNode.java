package postbus.site;

import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** What a problem says of a node. */
final class YamlNode {
  private YamlNode() {}

  /** Whether it is a key's missing value. */
  static boolean isNothing(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  static String describe(Node node) {
    return switch (node) {
      case ScalarNode scalar -> isNothing(node) ? "nothing" : "\"" + scalar.getValue() + "\"";
      case SequenceNode _ -> "a list";
      default -> "a section";
    };
  }

  /** Where it begins, from 1. */
  static int lineOf(Node node) {
    return node.getStartMark().getLine() + 1;
  }
}
