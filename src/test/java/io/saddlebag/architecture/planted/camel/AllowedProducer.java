package io.saddlebag.architecture.planted.camel;

public class AllowedProducer {
    Object body(org.apache.camel.Exchange exchange) {
        return exchange.getMessage().getBody();
    }
}
