package postbus.bench;

/** How a mail gets into a relay. */
enum Way {
  /** From a host that is trusted: it is not judged. */
  SUBMISSION,

  /** From a host that is not, to a domain that the relay takes mail for. */
  OUTSIDE;

  @Override
  public String toString() {
    return switch (this) {
      case SUBMISSION -> "submission";
      case OUTSIDE -> "outside";
    };
  }
}
