package postbus.bucket;

import java.time.Duration;

/**
 * How long a request to S3 may take.
 *
 * @param turn for one of the connections, where all are used
 * @param connect until the server has taken the connection
 * @param silence without an octet from the server
 * @param oneTry one try; what a request sends must have been sent in it
 * @param triesMax how often a request is tried
 * @param request all tries together
 * @param upload all parts of a content; clients wait for ten minutes (RFC 5321, section 4.5.3.2.6)
 */
record RequestWaits(
    Duration turn,
    Duration connect,
    Duration silence,
    Duration oneTry,
    int triesMax,
    Duration request,
    Duration upload) {

  static final RequestWaits USUAL =
      new RequestWaits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(3),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          3,
          Duration.ofSeconds(60),
          Duration.ofMinutes(8));
}
