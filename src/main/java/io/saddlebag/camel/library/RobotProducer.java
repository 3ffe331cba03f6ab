package io.saddlebag.camel.library;

import io.saddlebag.library.Shelf;
import io.saddlebag.node.LibraryDesk;
import io.saddlebag.volume.RobotOperations;
import java.io.IOException;
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
            case IMPORT -> robot.importVolume(endpoint.from(), endpoint.to());
            case EXPORT -> robot.exportVolume(endpoint.from(), endpoint.to());
            case INSERT -> shelf(desk).insert(endpoint.barcode(), endpoint.to());
            case EXTRACT -> message.setBody(shelf(desk).extract(endpoint.from()));
            case OPENDOOR -> robot.openDoor();
            case CLOSEDOOR -> robot.closeDoor();
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

    private Shelf shelf(LibraryDesk desk) {
        Shelf shelf = desk.shelf();
        if (shelf == null) {
            throw new IllegalArgumentException(endpoint.getEndpointUri()
                    + ": a real library's cartridges are carried by hand; open its door, or use its" + " mail slots");
        }
        return shelf;
    }
}
