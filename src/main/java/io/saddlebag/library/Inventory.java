package io.saddlebag.library;

import java.util.List;
import java.util.Optional;

/**
 * All elements of a library at one moment, in element order.
 *
 * @param generation grows with every change that the library notices; two inventories of one generation are equal
 */
public record Inventory(long generation, List<ElementStatus> elements) {
    public Inventory {
        elements = List.copyOf(elements);
    }

    public Optional<ElementStatus> at(Element element) {
        return elements.stream().filter(e -> e.element().equals(element)).findFirst();
    }

    public Optional<ElementStatus> find(Barcode barcode) {
        return elements.stream().filter(e -> barcode.equals(e.barcode())).findFirst();
    }

    public List<ElementStatus> of(ElementKind kind) {
        return elements.stream().filter(e -> e.element().kind() == kind).toList();
    }

    public Optional<ElementStatus> firstEmpty(ElementKind kind) {
        return of(kind).stream().filter(e -> !e.full()).findFirst();
    }
}
