package io.saddlebag.camel.job;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.camel.node.ExchangeJob;
import io.saddlebag.camel.node.SaddlebagHeaders;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a job and lets it go along with the exchange; a job that is skipped ends the route (W18). */
final class JobBeginProducer extends DefaultProducer {
    private static final Logger LOG = LoggerFactory.getLogger(JobBeginProducer.class);

    private final JobEndpoint endpoint;

    JobBeginProducer(JobEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        ExchangeJob.requireNone(exchange, endpoint.context());
        String task = Objects.requireNonNull(endpoint.getTask());
        Optional<BackupRun> run =
                endpoint.node().backups().begin(task, endpoint.getUser(), endpoint.getOverlap(), facts(exchange));
        if (run.isPresent()) {
            ExchangeJob.begin(exchange, endpoint.context(), run.get());
        } else {
            LOG.info("'{}' is skipped in route {}, since it runs already", task, exchange.getFromRouteId());
            exchange.getMessage().setHeader(SaddlebagHeaders.SKIPPED, true);
            exchange.setRouteStop(true);
        }
    }

    private static Map<String, String> facts(Exchange exchange) {
        String route = exchange.getFromRouteId();
        return route == null ? Map.of() : Map.of("route", route);
    }
}
