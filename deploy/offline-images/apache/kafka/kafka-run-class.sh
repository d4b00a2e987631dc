#!/usr/bin/env bash
# Runs a class of Kafka's, with the options that its own scripts take from the environment.
# usage: kafka-run-class.sh CLASS [ARGUMENT…]
set -euo pipefail
kafka=/opt/kafka
: "${KAFKA_HEAP_OPTS:=-Xmx256M}" "${KAFKA_LOG4J_OPTS:=-Dlog4j2.configurationFile=$kafka/config/tools-log4j2.yaml}"
# shellcheck disable=SC2086  # lists of options
exec java $KAFKA_HEAP_OPTS ${KAFKA_JVM_PERFORMANCE_OPTS:--XX:+UseSerialGC -XX:TieredStopAtLevel=1} ${KAFKA_JMX_OPTS:-} \
  "-Dkafka.logs.dir=${LOG_DIR:-$kafka/logs}" $KAFKA_LOG4J_OPTS ${KAFKA_OPTS:-} -cp "$kafka/libs/*" "$@"
