package postbus.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** What a command said, and its exit status. */
record Ran(int status, List<String> out, List<String> err) {

  static Ran postbus(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Postbus.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(args);
    return new Ran(status, out.toString().lines().toList(), err.toString().lines().toList());
  }
}
