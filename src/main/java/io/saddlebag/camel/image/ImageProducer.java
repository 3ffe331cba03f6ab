package io.saddlebag.camel.image;

import io.saddlebag.backup.BackupSource;
import io.saddlebag.backup.VolumeOptions;
import io.saddlebag.camel.backup.ImageBody;
import io.saddlebag.camel.node.EndedJobs;
import io.saddlebag.camel.node.ExchangeJob;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.job.Job;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** Makes the body an image that is read when it is written, or boots a backed-up one. */
final class ImageProducer extends DefaultProducer {
    private final ImageEndpoint endpoint;

    ImageProducer(ImageEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        if (endpoint.ofBootTest()) {
            Job job = endpoint.node().bootTests().run(endpoint.bootRequest());
            EndedJobs.report(exchange.getMessage(), List.of(job));
            return;
        }
        ExchangeJob job = ExchangeJob.of(exchange, endpoint.context());
        BackupSource source = job.phase("image", run -> {
            VolumeOptions options = endpoint.options(endpoint.node().keys().encryption(endpoint.getEncrypt()));
            return run.volumes(endpoint.backupName(), endpoint.node().volumeImaging(), options);
        });
        Message message = exchange.getMessage();
        message.setBody(new ImageBody(source, job::closeAtEnd));
        message.setHeader(SaddlebagHeaders.IMAGE_ID, source.imageId());
    }
}
