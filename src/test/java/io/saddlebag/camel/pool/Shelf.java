package io.saddlebag.camel.pool;

import java.io.ByteArrayInputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/** A store of objects in memory: {@code shelf:put/KEY}, {@code shelf:get/KEY}, {@code shelf:delete/KEY}. */
final class Shelf extends DefaultComponent {
    final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    volatile UnaryOperator<byte[]> keeps = bytes -> bytes;

    volatile boolean refusesToDelete;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        return new Place(uri, remaining);
    }

    private final class Place extends DefaultEndpoint {
        private final String what;
        private final String key;

        Place(String uri, String remaining) {
            super(uri, Shelf.this);
            what = remaining.substring(0, remaining.indexOf('/'));
            key = remaining.substring(what.length() + 1);
        }

        @Override
        public Producer createProducer() {
            return new DefaultProducer(this) {
                @Override
                public void process(Exchange exchange) throws Exception {
                    switch (what) {
                        case "put" ->
                            objects.put(key, keeps.apply(exchange.getMessage().getMandatoryBody(byte[].class)));
                        case "delete" -> {
                            if (refusesToDelete) {
                                throw new IllegalStateException("not now");
                            }
                            objects.remove(key);
                        }
                        default -> {
                            byte[] found = objects.get(key);
                            if (found == null) {
                                throw new IllegalStateException("no object " + key);
                            }
                            exchange.getMessage().setBody(new ByteArrayInputStream(found));
                        }
                    }
                }
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            throw new UnsupportedOperationException("a shelf tells nobody");
        }
    }
}
