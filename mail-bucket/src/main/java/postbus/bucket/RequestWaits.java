package postbus.bucket;

import java.time.Duration;

/**
 * How long a request to S3 may take.
 *
 * @param connection for one of the connections, where all are used
 * @param connect until the server has taken the connection
 * @param silence without an octet from the server
 * @param oneTry one try; what a request sends must have been sent in it
 * @param triesMax how often a request is tried
 * @param request all tries together
 */
record RequestWaits(
    Duration connection,
    Duration connect,
    Duration silence,
    Duration oneTry,
    int triesMax,
    Duration request) {

  static final RequestWaits USUAL =
      new RequestWaits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(3),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          3,
          Duration.ofSeconds(60));
}
