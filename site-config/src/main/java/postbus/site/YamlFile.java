package postbus.site;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * The tree of a YAML file with its lines. Only plain YAML is taken: one document, no tags, no
 * anchors and aliases (they could blow a small file up to any size), a bounded depth.
 */
final class YamlFile {
  private static final int OCTETS_MAX = 1 << 20;
  private static final int DEPTH_MAX = 10;

  private YamlFile() {}

  static Checked<MappingNode> read(Path file, String name) {
    return TextFile.read(file, name, OCTETS_MAX).then(text -> parse(name, text));
  }

  private static Checked<MappingNode> parse(String name, String text) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(OCTETS_MAX);
    options.setNestingDepthLimit(DEPTH_MAX);
    try {
      List<SiteProblem> strange = new ArrayList<>();
      for (Event event : new Yaml(options).parse(new StringReader(text))) {
        if (isStrange(event)) {
          strange.add(
              new SiteProblem(
                  name,
                  event.getStartMark().getLine() + 1,
                  "a tag, anchor or alias (!, & or *), expected plain YAML;"
                      + " a value that begins so is put in quotes"));
        }
      }
      return strange.isEmpty() ? compose(name, text, options) : new Checked.Wrong<>(strange);
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      return wrong(name, line, "is no YAML: " + oneLine(String.valueOf(e.getProblem())));
    } catch (ReaderException e) {
      int before = text.offsetByCodePoints(0, e.getPosition());
      int line = 1 + (int) text.substring(0, before).chars().filter(c -> c == '\n').count();
      return wrong(
          name, line, "the character U+%04X, expected printable text".formatted(e.getCodePoint()));
    } catch (YAMLException e) {
      return wrong(name, 0, "is no YAML: " + oneLine(String.valueOf(e.getMessage())));
    }
  }

  private static Checked<MappingNode> compose(String name, String text, LoaderOptions options) {
    Node root = new Yaml(options).compose(new StringReader(text));
    if (root instanceof MappingNode mapping) {
      return new Checked.Good<>(mapping);
    }
    return root == null
        ? wrong(name, 0, "is empty, expected settings such as \"primary-hostname: mx.example.org\"")
        : wrong(name, root.getStartMark().getLine() + 1, "no settings, expected \"key: value\"");
  }

  private static boolean isStrange(Event event) {
    if (event instanceof AliasEvent) {
      return true;
    }
    boolean tagged =
        switch (event) {
          case ScalarEvent scalar -> scalar.getTag() != null;
          case CollectionStartEvent collection -> collection.getTag() != null;
          default -> false;
        };
    return tagged || (event instanceof NodeEvent node && node.getAnchor() != null);
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static Checked<MappingNode> wrong(String name, int line, String what) {
    return new Checked.Wrong<>(List.of(new SiteProblem(name, line, what)));
  }
}
