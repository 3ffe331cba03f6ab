package io.saddlebag.camel.library;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.Move;
import io.saddlebag.library.Shelf;
import io.saddlebag.node.LibraryDesk;
import io.saddlebag.volume.RobotOperations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
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
        RobotOperations robot = desk.robot();
        Message message = exchange.getMessage();
        switch (endpoint.operation()) {
            case INVENTORY -> message.setBody(robot.inventory(RobotOperations.Look.REMEMBERED));
            case SCAN -> message.setBody(robot.inventory(RobotOperations.Look.PHYSICAL));
            case LOAD -> robot.load(endpoint.from(), endpoint.to());
            case UNLOAD -> unload(robot);
            case MOVE -> robot.move(endpoint.from(), endpoint.to());
            case IMPORT -> message.setBody(importAll(robot));
            case EXPORT -> message.setBody(exportAll(robot));
            case INSERT -> shelf(desk).insert(endpoint.barcode(), endpoint.to());
            case EXTRACT -> message.setBody(extract(shelf(desk)));
            case OPENDOOR -> robot.openDoor();
            case CLOSEDOOR -> robot.closeDoor();
            case CLEAN -> desk.drives().clean(endpoint.from());
            case MOUNT -> desk.drives().mount(endpoint.from());
            case UNMOUNT -> desk.drives().unmount(endpoint.from());
            case RESERVE -> desk.drives().reserve(endpoint.from());
            case RELEASE -> desk.drives().release(endpoint.from());
            case DISCOVER -> message.setBody(endpoint.node().attachedDevices());
            default -> throw new IllegalStateException(endpoint.operation() + " is no operation with cartridges");
        }
    }

    private void unload(RobotOperations robot) throws IOException {
        if (endpoint.getTo() == null) {
            robot.unload(endpoint.from());
        } else {
            robot.unload(endpoint.from(), endpoint.to());
        }
    }

    private List<Move> importAll(RobotOperations robot) throws IOException {
        return endpoint.getTo() == null
                ? robot.importVolumes(endpoint.fromAll())
                : robot.importVolumes(endpoint.fromAll(), endpoint.toAll());
    }

    private List<Move> exportAll(RobotOperations robot) throws IOException {
        return endpoint.getTo() == null
                ? robot.exportVolumes(endpoint.fromAll())
                : robot.exportVolumes(endpoint.fromAll(), endpoint.toAll());
    }

    /** One barcode, or a list of several. */
    private Object extract(Shelf shelf) throws IOException {
        List<Barcode> taken = new ArrayList<>();
        for (Element each : endpoint.fromAll()) {
            taken.add(shelf.extract(each));
        }
        return taken.size() == 1 ? taken.get(0) : taken;
    }

    private Shelf shelf(LibraryDesk desk) {
        Shelf shelf = desk.shelf();
        if (shelf == null) {
            throw new IllegalArgumentException(endpoint.getEndpointUri()
                    + ": a real library's cartridges are carried by hand; open its door, or use its" + " mail slots");
        }
        return shelf;
    }
}
