package io.saddlebag.library.scsi;

import io.saddlebag.host.Waiter;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.scsi.ElementDescriptor;
import io.saddlebag.scsi.ElementDevice;
import io.saddlebag.scsi.ScsiTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a changer tells of the drives that stand in it, before it is configured (M14, M18). Nothing moves. */
public final class DrivePlaces {
    private DrivePlaces() {}

    /**
     * @param name of the changer, for messages
     * @param patience with one that is not ready
     * @return each drive element with what the changer tells of the drive in it, which some do not, or cut short
     */
    public static Map<Element, Optional<ElementDevice>> of(
            String name, ScsiTransport changer, Waiter waiter, Duration patience) throws IOException {
        Robot robot = new Robot(name, changer, waiter, patience);
        Places places = new Places(robot.addresses());
        Map<Element, Optional<ElementDevice>> found = new TreeMap<>();
        for (ElementDescriptor each : robot.status(Places.type(ElementKind.DTE), places.range(ElementKind.DTE))) {
            places.element(each.address()).ifPresent(element -> found.put(element, Optional.ofNullable(each.device())));
        }
        return found;
    }
}
