package io.saddlebag.camel.backup;

import io.saddlebag.backup.BackupSource;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.camel.node.ExchangeJob;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.image.Compression;
import io.saddlebag.level.BackupLevel;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** Makes the body an image that is read when it is written. */
final class BackupProducer extends DefaultProducer {
    private final BackupEndpoint endpoint;

    BackupProducer(BackupEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        ExchangeJob job = ExchangeJob.of(exchange, endpoint.context());
        BackupSource source = job.phase("image", run -> run.source(endpoint.backupName(), options()));
        ImageBody image = new ImageBody(source, job::closeAtEnd);
        Message message = exchange.getMessage();
        message.setBody(image);
        message.setHeader(SaddlebagHeaders.IMAGE_ID, source.imageId());
        source.outcome().ifPresent(outcome -> message.setHeader(SaddlebagHeaders.OUTCOME, outcome.display()));
    }

    private SourceOptions options() throws IOException, InterruptedException {
        return new SourceOptions(
                Compression.parse(endpoint.getCompression()),
                endpoint.node().keys().encryption(endpoint.getEncrypt()),
                BackupLevel.parse(endpoint.getLevel()),
                endpoint.restartOptions());
    }
}
