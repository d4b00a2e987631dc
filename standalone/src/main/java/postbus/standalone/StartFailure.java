package postbus.standalone;

/** What keeps Postbus from starting, in one line for the person who started it. */
final class StartFailure extends Exception {

  StartFailure(String line) {
    super(line, null, false, false);
  }
}
