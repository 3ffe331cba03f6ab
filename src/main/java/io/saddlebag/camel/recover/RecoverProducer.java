package io.saddlebag.camel.recover;

import io.saddlebag.auxiliary.BlockRequest;
import io.saddlebag.auxiliary.DatabaseRequest;
import io.saddlebag.camel.node.EndedJobs;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.job.Job;
import io.saddlebag.rollforward.RecoverRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        Optional<DatabaseRequest> part = endpoint.part();
        if (part.isPresent()) {
            processPart(message, part.get());
            return;
        }
        Optional<BlockRequest> blocks = endpoint.blockRequest();
        if (blocks.isPresent()) {
            processBlocks(message, blocks.get());
            return;
        }
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

    private void processBlocks(Message message, BlockRequest request) throws Exception {
        if (endpoint.isDryRun()) {
            message.setBody(endpoint.node().blockRecoveries().plan(request));
            return;
        }
        EndedJobs.report(message, List.of(endpoint.node().blockRecoveries().recover(request)));
    }

    private void processPart(Message message, DatabaseRequest request) throws Exception {
        if (endpoint.isDryRun()) {
            message.setBody(endpoint.node().databaseRecoveries().plan(request));
            return;
        }
        Job job = endpoint.node().databaseRecoveries().recover(request);
        EndedJobs.report(message, List.of(job));
        message.setHeader(SaddlebagHeaders.RECOVERED_TO, job.figures().get("recovered-to"));
    }
}
