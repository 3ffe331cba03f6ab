package io.saddlebag.library.scsi;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.scsi.ElementAddresses;
import io.saddlebag.scsi.ElementDescriptor;
import io.saddlebag.scsi.ElementRange;
import io.saddlebag.scsi.ElementType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Elements by their names and by the device's addresses: the first address of a kind is number 1. */
record Places(ElementAddresses addresses) {
    static ElementType type(ElementKind kind) {
        return switch (kind) {
            case MTE -> ElementType.MEDIUM_TRANSPORT;
            case SE -> ElementType.STORAGE;
            case IEE -> ElementType.IMPORT_EXPORT;
            case DTE -> ElementType.DATA_TRANSFER;
        };
    }

    ElementRange range(ElementKind kind) {
        return addresses.of(type(kind));
    }

    /** @throws IllegalArgumentException when there is no such element */
    int address(Element element) {
        ElementRange range = range(element.kind());
        if (element.number() > range.count()) {
            throw new IllegalArgumentException("there is no element " + element);
        }
        return range.first() + element.number() - 1;
    }

    Optional<Element> element(int address) {
        for (ElementKind kind : ElementKind.values()) {
            if (range(kind).contains(address)) {
                return Optional.of(new Element(kind, address - range(kind).first() + 1));
            }
        }
        return Optional.empty();
    }

    /** An element whose sensor says empty has no barcode, whatever the device remembers. */
    Optional<ElementStatus> status(ElementDescriptor descriptor) {
        return element(descriptor.address())
                .map(element -> descriptor.full()
                        ? new ElementStatus(element, true, barcode(descriptor), source(descriptor))
                        : ElementStatus.empty(element));
    }

    private @Nullable Element source(ElementDescriptor descriptor) {
        Integer address = descriptor.sourceAddress();
        return address == null ? null : element(address).orElse(null);
    }

    /** What can't be a barcode is as good as unreadable. */
    private static @Nullable Barcode barcode(ElementDescriptor descriptor) {
        String tag = descriptor.volumeTag();
        if (tag == null) {
            return null;
        }
        try {
            return new Barcode(tag);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
