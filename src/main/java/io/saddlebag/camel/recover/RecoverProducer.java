package io.saddlebag.camel.recover;

import io.saddlebag.camel.node.EndedJobs;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.job.Job;
import io.saddlebag.rollforward.RecoverRequest;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** Carries out one recovery; it fails when one of its jobs did. */
final class RecoverProducer extends DefaultProducer {
    private final RecoverEndpoint endpoint;

    RecoverProducer(RecoverEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        RecoverRequest request = endpoint.request();
        if (endpoint.isDryRun()) {
            message.setBody(endpoint.node().recoveries().plan(request));
            return;
        }
        List<Job> jobs = endpoint.node().recoveries().recover(request);
        EndedJobs.report(message, jobs);
        Map<String, String> figures = jobs.get(jobs.size() - 1).figures();
        message.setHeader(SaddlebagHeaders.RECOVERED_TO, figures.get("recovered-to"));
        message.setHeader(SaddlebagHeaders.INCARNATION, figures.get("incarnation"));
    }
}
