package postbus.bench;

/**
 * What one relay did in one turn.
 *
 * @param acceptRate mails a second, until the last one was accepted
 * @param rate mails a second, until the last one had arrived
 * @param cpuMillis of the relay's processes for each mail, not a number if that is not known
 * @param memoryMebibytes the most that its processes held together, looked at now and then
 */
record Turn(int mails, double acceptRate, double rate, double cpuMillis, double memoryMebibytes) {}
