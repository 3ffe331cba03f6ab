package io.saddlebag.snapshot.vss;

import io.saddlebag.snapshot.CoveredComponent;
import java.io.StringReader;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What Oracle's VSS writer wrote to the application event log: {@code VSS-nnnnn: text}, whatever its source is called. 04107
 * tells a component that was covered, which decides what a restore has to do (W9).
 *
 * @param covered in the order of the log
 * @param errors the texts of those of level error or critical
 */
record WriterEvents(List<CoveredComponent> covered, List<String> errors) {
    /** Events looked at; more is no log of one backup. */
    static final int LIMIT = 2_000;

    private static final String BACKED_UP = "04107";
    private static final int ERROR_LEVEL = 2;
    private static final int LONGEST_TEXT = 4_000;
    private static final Pattern CODE = Pattern.compile("VSS-(\\d{5}):");
    private static final Pattern COMPONENT = Pattern.compile("component ([^()]{1,200})(?:\\(([^()]{1,100})\\))?");

    WriterEvents {
        covered = List.copyOf(covered);
        errors = List.copyOf(errors);
    }

    /** Newest last, with a root element, so that it is one document (wevtutil, learn.microsoft.com). */
    static List<String> query(Instant since) {
        return List.of(
                "qe",
                "Application",
                "/q:*[System[TimeCreated[@SystemTime>='" + since.truncatedTo(ChronoUnit.MILLIS) + "']]]",
                "/f:xml",
                "/e:Events",
                "/c:" + LIMIT,
                "/rd:false");
    }

    /** @throws XMLStreamException when it is no such document, holds a document type, or too much */
    static WriterEvents parse(String xml) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("nothing outside of the document is read");
        });
        XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
        try {
            return read(reader);
        } finally {
            reader.close();
        }
    }

    private static WriterEvents read(XMLStreamReader reader) throws XMLStreamException {
        List<CoveredComponent> covered = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        Event event = new Event();
        int events = 0;
        while (reader.hasNext()) {
            int kind = reader.next();
            if (kind == XMLStreamConstants.DTD) {
                throw new XMLStreamException("an event log has no document type");
            }
            if (kind == XMLStreamConstants.START_ELEMENT) {
                switch (reader.getLocalName()) {
                    case "Event" -> event = new Event();
                    case "Provider" -> event.source = String.valueOf(reader.getAttributeValue(null, "Name"));
                    case "Level" -> event.level = reader.getElementText().strip();
                    case "Data", "Message" -> event.add(reader.getElementText());
                    default -> {
                        // nothing else of an event matters
                    }
                }
            } else if (kind == XMLStreamConstants.END_ELEMENT
                    && reader.getLocalName().equals("Event")) {
                if (++events > LIMIT) {
                    throw new XMLStreamException("there are more than " + LIMIT + " events");
                }
                event.judge(covered, errors);
            }
        }
        return new WriterEvents(covered, errors);
    }

    private static final class Event {
        private final StringBuilder text = new StringBuilder();
        private String source = "";
        private String level = "";

        void add(String more) {
            int room = LONGEST_TEXT - text.length();
            text.append(more, 0, Math.max(0, Math.min(room, more.length()))).append(' ');
        }

        void judge(List<CoveredComponent> covered, List<String> errors) {
            String said = text.toString().strip().replaceAll("\\s+", " ");
            Matcher code = CODE.matcher(said);
            if (!code.find()) {
                return;
            }
            Matcher component = COMPONENT.matcher(said);
            boolean failed = level.matches("[1-9]") && Integer.parseInt(level) <= ERROR_LEVEL;
            if (failed) {
                errors.add(source + ": " + said);
            } else if (code.group(1).equals(BACKED_UP) && component.find(code.end())) {
                String kind = component.group(2);
                covered.add(new CoveredComponent(
                        source,
                        component.group(1).strip(),
                        kind == null ? "" : kind.strip().toUpperCase(Locale.ROOT)));
            }
        }
    }
}
