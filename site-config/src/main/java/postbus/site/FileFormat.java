package postbus.site;

import java.util.List;

/** How the lines of a file become its value. */
public interface FileFormat<T> {

  /**
   * Reads the lines of a file.
   *
   * @param name how problems call the file
   * @param lines without their LF; a CR stays at the end
   */
  Checked<T> parse(String name, List<String> lines);
}
