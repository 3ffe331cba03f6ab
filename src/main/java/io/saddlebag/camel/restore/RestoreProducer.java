package io.saddlebag.camel.restore;

import io.saddlebag.camel.node.EndedJobs;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.job.Job;
import io.saddlebag.node.Node;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.restore.Restores;
import io.saddlebag.restore.VolumeRestores;
import io.saddlebag.restore.request.RequestFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** Carries out one request; it fails when one of its jobs did. */
final class RestoreProducer extends DefaultProducer {
    private final RestoreEndpoint endpoint;

    RestoreProducer(RestoreEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        if (endpoint.ofDisk()) {
            restoreDisk(message);
            return;
        }
        RestoreRequest request = endpoint.fromBody() ? fromBody(message) : endpoint.request();
        Node node = endpoint.node();
        if (endpoint.isDryRun()) {
            message.setBody(node.restores().plan(request));
        } else {
            List<Job> jobs = node.restores().restore(request);
            EndedJobs.report(message, jobs);
            restored(message, jobs.get(jobs.size() - 1).figures());
        }
    }

    /** Which backup it came to be in the end (R5). */
    private static void restored(Message message, Map<String, String> figures) {
        String backup = figures.get(Restores.RESTORED_BACKUP);
        if (backup != null) {
            message.setHeader(SaddlebagHeaders.BACKUP_ID, Long.valueOf(backup));
            message.setHeader(SaddlebagHeaders.RESTORED_POINT, figures.get(Restores.RESTORED_POINT));
        }
    }

    private void restoreDisk(Message message) throws Exception {
        VolumeRestores restores = endpoint.node().volumeRestores();
        if (endpoint.isDryRun()) {
            message.setBody(restores.plan(endpoint.volumeRequest()));
        } else {
            EndedJobs.report(message, restores.restore(endpoint.volumeRequest()));
        }
    }

    private RestoreRequest fromBody(Message message) throws IOException, InvalidPayloadException {
        String file = message.getHeader(Exchange.FILE_NAME, "the request", String.class);
        try (InputStream text = message.getMandatoryBody(InputStream.class)) {
            return RequestFile.read(file, text, endpoint.getUser());
        }
    }
}
