package io.saddlebag.camel.job;

import io.saddlebag.camel.node.EndedJobs;
import io.saddlebag.camel.node.ExchangeJob;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.database.OutcomeClass;
import io.saddlebag.job.Job;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** Ends the exchange's job, and fails when the job has. */
final class JobEndProducer extends DefaultProducer {
    private final JobEndpoint endpoint;

    JobEndProducer(JobEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Job job = ExchangeJob.of(exchange, endpoint.context()).end();
        String downtime = job.figures().get("downtime-ms");
        if (downtime != null) {
            exchange.getMessage().setHeader(SaddlebagHeaders.DOWNTIME, Long.valueOf(downtime));
        }
        OutcomeClass.of(job.figures())
                .ifPresent(outcome -> exchange.getMessage().setHeader(SaddlebagHeaders.OUTCOME, outcome.display()));
        EndedJobs.report(exchange.getMessage(), List.of(job));
    }
}
