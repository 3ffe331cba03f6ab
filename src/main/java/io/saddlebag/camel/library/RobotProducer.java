package io.saddlebag.camel.library;

import io.saddlebag.job.JobRun;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.ElementNames;
import io.saddlebag.library.Move;
import io.saddlebag.node.LibraryDesk;
import io.saddlebag.operator.Carriage;
import io.saddlebag.operator.Carrier;
import io.saddlebag.operator.Series;
import io.saddlebag.volume.RobotOperations;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** One operation with cartridges. */
final class RobotProducer extends DefaultProducer {
    private final LibraryEndpoint endpoint;

    RobotProducer(LibraryEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        LibraryDesk desk = endpoint.node().library(endpoint.libraryName());
        ElementNames.requireClear(desk.library(), endpoint.getFrom(), endpoint.getTo());
        Optional<?> result =
                endpoint.operation().leavesJob() ? endpoint.inJob(exchange, job -> act(desk, job)) : look(desk);
        result.ifPresent(body -> exchange.getMessage().setBody(body));
    }

    private Optional<?> look(LibraryDesk desk) throws IOException, InterruptedException {
        switch (endpoint.operation()) {
            case INVENTORY -> {
                return Optional.of(desk.robot().inventory(RobotOperations.Look.REMEMBERED));
            }
            case SCAN -> {
                return Optional.of(desk.robot().inventory(RobotOperations.Look.PHYSICAL));
            }
            case DISCOVER -> {
                return Optional.of(endpoint.node().attachedDevices());
            }
            case RESERVE -> desk.drives().reserve(endpoint.from());
            case RELEASE -> desk.drives().release(endpoint.from());
            default -> throw new IllegalStateException(endpoint.operation() + " is no operation with cartridges");
        }
        return Optional.empty();
    }

    /** @return what becomes the body; empty to leave it as it is */
    private Optional<?> act(LibraryDesk desk, JobRun job) throws IOException, InterruptedException {
        RobotOperations robot = desk.robot();
        switch (endpoint.operation()) {
            case LOAD -> robot.load(endpoint.from(), endpoint.to());
            case UNLOAD -> unload(robot);
            case MOVE -> carry(job, robot, robot.planMoves(endpoint.fromAll(), endpoint.toAll()));
            case IMPORT -> {
                return Optional.of(carry(job, robot, robot.planImport(endpoint.fromAll(), endpoint.toAllOrNull())));
            }
            case EXPORT -> {
                return Optional.of(carry(job, robot, robot.planExport(endpoint.fromAll(), endpoint.toAllOrNull())));
            }
            case INSERT -> insert(job, desk.carriers().of(job, endpoint.getPrompt()));
            case EXTRACT -> {
                return Optional.of(extract(job, desk.carriers().of(job, endpoint.getPrompt())));
            }
            case OPENDOOR -> robot.openDoor();
            case CLOSEDOOR -> robot.closeDoor();
            case CLEAN -> desk.drives().clean(endpoint.from());
            case MOUNT -> desk.drives().mount(endpoint.from());
            case UNMOUNT -> desk.drives().unmount(endpoint.from());
            default -> throw new IllegalStateException(endpoint.operation() + " is no operation with cartridges");
        }
        return Optional.empty();
    }

    private void unload(RobotOperations robot) throws IOException {
        if (endpoint.getTo() == null) {
            robot.unload(endpoint.from());
        } else {
            robot.unload(endpoint.from(), endpoint.to());
        }
    }

    private List<Move> carry(JobRun job, RobotOperations robot, List<Move> moves)
            throws IOException, InterruptedException {
        return Series.run(
                job, endpoint.operation().verb(), moves, Series.step(robot::carry, move -> "moved"), done -> {});
    }

    private void insert(JobRun job, Carrier carrier) throws IOException, InterruptedException {
        List<Carriage> all = Carriage.all(endpoint.barcodes(), endpoint.toAll());
        Series.run(
                job,
                endpoint.operation().verb(),
                all,
                Series.step(each -> each.by(carrier), each -> "done"),
                done -> {});
    }

    /** One barcode, or a list of several; one that couldn't be read is left out. */
    private Object extract(JobRun job, Carrier carrier) throws IOException, InterruptedException {
        List<Optional<Barcode>> taken = Series.run(
                job,
                endpoint.operation().verb(),
                endpoint.fromAll(),
                Series.step(carrier::extract, Carriage::outside),
                done -> {});
        List<Barcode> known = taken.stream().flatMap(Optional::stream).toList();
        return known.size() == 1 && taken.size() == 1 ? known.get(0) : known;
    }
}
