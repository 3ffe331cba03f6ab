package io.saddlebag.camel.library;

import io.saddlebag.camel.node.StepFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobRun;
import io.saddlebag.library.ElementNames;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.node.LibraryDesk;
import io.saddlebag.node.Node;
import io.saddlebag.operator.Series;
import io.saddlebag.volume.Target;
import io.saddlebag.volume.VolumeOperations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
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
        if (!endpoint.operation().leavesJob()) {
            exchange.getMessage().setBody(node.volumes().volumes());
            return;
        }
        LibraryDesk desk = node.library(endpoint.libraryName());
        ElementNames.requireClear(desk.library(), endpoint.getCartridge());
        VolumeOperations volumes = desk.volumes();
        List<?> results = endpoint.inJob(
                exchange,
                job -> act(
                        node,
                        volumes.noting(job::output).alarming((journals, message, text) -> {
                            job.warn(message + ", " + text);
                            endpoint.alarm(journals, message, text);
                        }),
                        job));
        if (!results.isEmpty()) {
            exchange.getMessage().setBody(results.size() == 1 ? results.get(0) : results);
        }
    }

    /** @return what becomes the body; empty to leave it as it is */
    private List<?> act(Node node, VolumeOperations volumes, JobRun job) throws IOException, InterruptedException {
        String owner = endpoint.ownerOfLabels();
        return switch (endpoint.operation()) {
            case LABEL -> label(node, volumes, job);
            case UNLABEL -> {
                each(job, cartridges(volumes), each -> {
                    volumes.unlabel(each, owner, endpoint.overwrite());
                    return each;
                });
                yield List.of();
            }
            case IDENTIFY -> each(job, cartridges(volumes), volumes::identify);
            case REUSE -> each(job, given(volumes), each -> volumes.reuse(each, owner, endpoint.overwrite()));
            default -> throw new IllegalStateException(endpoint.operation() + " is no operation with volumes");
        };
    }

    private List<Volume> label(Node node, VolumeOperations volumes, JobRun job)
            throws IOException, InterruptedException {
        List<VolumeId> ids = endpoint.volumeIds();
        VolumeId id = ids.isEmpty() ? null : ids.get(0);
        var order = new VolumeOperations.LabelOrder(family(node), id, endpoint.ownerOfLabels(), node.name());
        return each(job, cartridges(volumes), each -> volumes.label(each, order, endpoint.overwrite()));
    }

    /** One is looked for when its turn comes; of several each is what it was at the beginning. */
    private List<Target> cartridges(VolumeOperations volumes) throws IOException {
        List<Target> named = endpoint.targets();
        return named.size() == 1 ? named : volumes.pinned(named);
    }

    /** Volumes by their ids, or by the cartridges that hold them. */
    private List<VolumeId> given(VolumeOperations volumes) throws IOException {
        List<VolumeId> ids = endpoint.volumeIds();
        if (!ids.isEmpty()) {
            return ids;
        }
        List<VolumeId> all = new ArrayList<>();
        for (Target each : endpoint.targets()) {
            all.add(volumes.known(each).id());
        }
        return all;
    }

    private <E, T> List<T> each(JobRun job, List<E> things, Series.Work<E, T> work)
            throws IOException, InterruptedException {
        return Series.run(
                job, endpoint.operation().verb(), things, Series.step(work, VolumeProducer::told), done -> {});
    }

    private static String told(Object result) {
        return result instanceof Volume volume ? "volume " + volume.id() : "done";
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
