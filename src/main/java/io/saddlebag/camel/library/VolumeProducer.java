package io.saddlebag.camel.library;

import io.saddlebag.camel.node.StepFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.node.Node;
import io.saddlebag.volume.VolumeOperations;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/** One operation with what is on cartridges. */
final class VolumeProducer extends DefaultProducer {
    private final LibraryEndpoint endpoint;

    VolumeProducer(LibraryEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Node node = endpoint.node();
        VolumeOperations volumes = node.library(endpoint.libraryName()).volumes();
        Message message = exchange.getMessage();
        String owner = endpoint.ownerOfLabels();
        switch (endpoint.operation()) {
            case LABEL -> message.setBody(label(node, volumes));
            case UNLABEL -> volumes.unlabel(endpoint.target(), owner, endpoint.overwrite());
            case IDENTIFY -> message.setBody(volumes.identify(endpoint.target()));
            case REUSE -> message.setBody(volumes.reuse(Objects.requireNonNull(id()), owner, endpoint.overwrite()));
            case LSVOL -> message.setBody(node.volumes().volumes());
            default -> throw new IllegalStateException(endpoint.operation() + " is no operation with volumes");
        }
    }

    private Volume label(Node node, VolumeOperations volumes) throws IOException {
        var order = new VolumeOperations.LabelOrder(family(node), id(), endpoint.ownerOfLabels(), node.name());
        return volumes.label(endpoint.target(), order, endpoint.overwrite());
    }

    private @Nullable VolumeId id() {
        String id = endpoint.getVolume();
        return id == null ? null : new VolumeId(id);
    }

    private @Nullable MediaFamily family(Node node) throws IOException {
        String name = endpoint.getFamily();
        if (name == null) {
            return null;
        }
        List<MediaFamily> families = node.volumes().families();
        return families.stream()
                .filter(family -> family.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BackupException(
                        StepFault.UNKNOWN_NAME,
                        endpoint.getEndpointUri() + ": there is no media family '" + name + "'; there are "
                                + families.stream().map(MediaFamily::name).toList(),
                        "Use one of those, or add it to config/saddlebag.yaml."));
    }
}
