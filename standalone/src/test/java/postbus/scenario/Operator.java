package postbus.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import postbus.cli.Postbus;

/** Runs a command of the launcher as an operator does. */
final class Operator {
  private Operator() {}

  /** How it ended, and what it printed, errors included. */
  record Answer(int status, String output) {}

  static Answer runs(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(TestSite.checkout().resolve("postbus").toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Answer(process.waitFor(), output);
  }

  /** What a command prints that succeeds. */
  static String prints(String... arguments) throws IOException, InterruptedException {
    Answer answer = runs(arguments);
    assertThat(answer.status()).as(answer.output()).isZero();
    return answer.output();
  }

  /** The same in this JVM, which saves the start of another one. */
  static String printsHere(String... arguments) {
    StringWriter output = new StringWriter();
    PrintWriter writer = new PrintWriter(output);
    int status = Postbus.commandLine().setOut(writer).setErr(writer).execute(arguments);
    assertThat(status).as(output.toString()).isZero();
    return output.toString();
  }
}
