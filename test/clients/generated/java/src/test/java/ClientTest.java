import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.ProcessingException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.*;
import org.openapitools.client.auth.ApiKeyAuth;
import org.openapitools.client.auth.HttpBearerAuth;
import org.openapitools.client.model.*;

/**
 * What a Java client that was generated from the document makes of the mock's answers. Members that its types don't
 * know are refused, and so are integers with a decimal point.
 */
abstract class ClientTest {
  private final JsonNode expected;
  private final JsonNode keys;
  private final boolean isServer;
  private final PortalUsersApi owner;

  /** Of a portal by the name of its file. */
  ClientTest(String portal) throws IOException {
    expected = new ObjectMapper().readTree(Path.of(System.getenv("EXPECTATIONS"), portal + ".json").toFile());
    keys = expected.get("apiKeys");
    isServer = text("profile").equals("server");
    owner = asKey("owner");
  }

  @TestFactory
  Stream<DynamicTest> credentials() {
    JsonNode login = expected.get("login");
    int documentedOnly = isServer ? 401 : 200;
    return Stream.of(
        credential("ApiKeyBearer", documentedOnly, apiKey("ApiKeyBearer", keys.get("owner").asText())),
        // as a query parameter
        credential("asc_auth_key", documentedOnly, apiKey("asc_auth_key", text("sessionToken"))),
        credential("Basic", 200, basic(login.get("username").asText(), login.get("password").asText())),
        credential("Bearer, a session token", 200, bearer(text("sessionToken"))),
        credential("Bearer, an access token", 200, bearer(text("accessToken"))),
        credential("OAuth2", 200, client -> client.setAccessToken(text("accessToken"))),
        credential("none", 401, client -> {}),
        credential("ApiKeyBearer, unknown", 401, apiKey("ApiKeyBearer", keys.get("unknown").asText())),
        credential("Basic, wrong", 401, basic("owner@example.com", "wrong")),
        credential("Bearer, expired", 401, bearer(text("expiredAccessToken"))));
  }

  @TestFactory
  Stream<DynamicTest> invitations() {
    return elements("employeeTypes")
        .map(JsonNode::asText)
        .map(name -> dynamicTest("an invitation for " + name, () -> {
          EmployeeType type = EmployeeType.fromValue(name);
          assertTrue(owner.getInvitationLink(type).getResponse().matches(".*/s/[\\w-]{15}"));
          assertEquals("", asKey("guest").getInvitationLink(type).getResponse());
        }));
  }

  @TestFactory
  Stream<DynamicTest> users() {
    return elements("users")
        .map(user -> dynamicTest(user.get("email").asText() + ", member by member", () -> checkUser(user)));
  }

  @Test
  void usersCount() throws ApiException {
    assertEquals(expected.get("usersCount").asLong(), owner.getPortalUsersCount().getResponse());
  }

  @Test
  void giftMessage() throws ApiException {
    assertEquals(200, owner.markGiftMessageAsRead().getStatusCode());
  }

  @Test
  void congratulationsWithoutCredentials() throws ApiException {
    assertEquals(200, congratulate(text("confirmationKey")));
  }

  @Test
  void strictness() {
    PortalUsersApi faulty = api(client -> {
      bearer(keys.get("owner").asText()).accept(client);
      client.addDefaultHeader("X-DocSpace-Mock-Fault", "unknown-member");
    });
    assertThrows(ProcessingException.class, faulty::getPortalUsersCount);
    ObjectMapper mapper = client(client -> {}).getJSON().getMapper();
    assertThrows(JsonProcessingException.class, () -> mapper.readValue("{\"response\":6.0}", Int64Wrapper.class));
  }

  @Test
  void signingIn() throws Exception {
    AuthRequestsDto signIn = body("signIn", AuthRequestsDto.class);
    String token = new AuthenticationApi(client(client -> {})).authenticateMe(signIn).getResponse().getToken();
    AuthenticationApi signedIn = new AuthenticationApi(client(client -> client.addDefaultCookie("asc_auth_key", token)));
    assertEquals(true, signedIn.getIsAuthentificated().getResponse());
    assertEquals(200, signedIn.logout().getStatusCode());
    assertEquals(false, signedIn.getIsAuthentificated().getResponse());
  }

  @Test
  void people() throws Exception {
    // the operations of the document that need no credential are sent none
    String authorization = "Bearer " + keys.get("owner").asText();
    PeopleProfilesApi people =
        new PeopleProfilesApi(client(client -> client.addDefaultHeader("Authorization", authorization)));
    assertEquals(text("owner"), people.getSelfProfile().getResponse().getId().toString());
    MemberRequestDto member = body("member", MemberRequestDto.class);
    EmployeeFullDto added = people.addMember(member, null).getResponse();
    assertEquals(member.getEmail(), added.getEmail());
    URI uri = URI.create(text("url") + "/__mock/users/" + added.getId());
    HttpRequest remove = HttpRequest.newBuilder(uri).DELETE().build();
    assertEquals(204, HttpClient.newHttpClient().send(remove, BodyHandlers.discarding()).statusCode());
  }

  @Test
  void settingsAndCapabilities() throws Exception {
    SettingsDto settings = new SettingsCommonSettingsApi(asOwner()).getPortalSettings(true).getResponse();
    assertEquals(256, settings.getPasswordHash().getSize());
    assertTrue(new CapabilitiesApi(asOwner()).getPortalCapabilities().getResponse().getIdentityServerEnabled());
  }

  @Test
  void apiKeys() throws Exception {
    ApiKeysApi keys = new ApiKeysApi(asOwner());
    ApiKeyResponseDto made = keys.createApiKey(body("apiKey", CreateApiKeyRequestDto.class)).getResponse();
    assertEquals(text("owner"), made.getCreateBy().getId().toString());
    ApiKeysApi reader = new ApiKeysApi(client(bearer(made.getKey())));
    assertEquals(made.getId(), reader.getApiKey().getResponse().getId());
    assertTrue(keys.getApiKeys().getResponse().stream().anyMatch(key -> made.getId().equals(key.getId())));
    assertTrue(keys.getAllPermissions().getResponse().contains("*:read"));
    keys.updateApiKey(made.getId(), body("apiKeyChange", UpdateApiKeyRequest.class));
    assertEquals(true, keys.deleteApiKey(made.getId()).getResponse());
  }

  @Test
  void invitationLinks() throws Exception {
    InvitationLinkCreateRequestDto create = body("invitationLink", InvitationLinkCreateRequestDto.class);
    if (isServer) {
      // a real portal sends the number
      assertThrows(ProcessingException.class, () -> owner.createInvitationLink(create));
      return;
    }
    InvitationLinkDto made = owner.createInvitationLink(create).getResponse();
    assertEquals(EmployeeType.USER, made.getEmployeeType());
    assertEquals(made, owner.getInvitationLinkByEmployeeType(EmployeeType.USER).getResponse());
    InvitationLinkUpdateRequestDto change = new InvitationLinkUpdateRequestDto().id(made.getId()).maxUseCount(5);
    assertEquals(5, owner.updateInvitationLink(change).getResponse().getMaxUseCount());
    InvitationLinkDeleteRequestDto gone = new InvitationLinkDeleteRequestDto().id(made.getId());
    assertEquals(200, owner.deleteInvitationLink(gone).getStatusCode());
  }

  @Test
  void oauth2Clients() throws Exception {
    String signature = new SecurityOAuth2Api(asOwner()).generateJwtToken().getResponse();
    ApiClient signed = client(client -> client.addDefaultHeader("x-signature", signature));
    OAuth20ClientQueryingApi querying = new OAuth20ClientQueryingApi(signed);
    OAuth20ClientManagementApi management = new OAuth20ClientManagementApi(signed);
    List<ScopeResponse> scopes = new OAuth20ScopeManagementApi(signed).getScopes();
    assertTrue(scopes.stream().anyMatch(scope -> "accounts:read".equals(scope.getName())));
    ClientResponse made = management.createClient(body("client", CreateClientRequest.class));
    assertEquals(expected.get("tenantId").asLong(), made.getTenant());
    UUID id = made.getClientId();
    assertNotEquals(made.getClientSecret(), management.regenerateSecret(id).getClientSecret());
    management.updateClient(id, body("clientChange", UpdateClientRequest.class));
    management.changeActivation(id, new ChangeClientActivationRequest().status(false));
    assertEquals(false, querying.getClient(id).getEnabled());
    assertTrue(querying.getClients(50, null, null).getData().stream().anyMatch(it -> id.equals(it.getClientId())));
    management.deleteClient(id);
  }

  private ApiClient asOwner() {
    return client(bearer(keys.get("owner").asText()));
  }

  @TestFactory
  Stream<DynamicTest> refusals() {
    return Stream.of(
        refused("a guest counts users", 403, "Access denied", () -> asKey("guest").getPortalUsersCount()),
        refused("a key that may only read", 403, null, () -> asKey("readOnly").markGiftMessageAsRead()),
        refused("nobody has the id", 404, "The user could not be found",
            () -> owner.getUserById(UUID.fromString(text("nobody")))),
        refused("an expired key", 403, "Access denied", () -> congratulate(text("expiredConfirmationKey"))),
        refused("no key", isServer ? 400 : 403, isServer ? "Value cannot be null" : "Access denied",
            () -> congratulate("")));
  }

  private DynamicTest credential(String name, int status, Consumer<ApiClient> configure) {
    return dynamicTest("credential: " + name, () -> {
      PortalUsersApi api = api(configure);
      Stream<Executable> guarded = Stream.of(
          () -> api.getInvitationLink(EmployeeType.fromValue("User")),
          api::getPortalUsersCount,
          () -> api.getUserById(UUID.fromString(text("owner"))),
          api::markGiftMessageAsRead);
      guarded.forEach(call -> {
        if (status == 200) {
          assertDoesNotThrow(call);
        } else {
          ApiException error = assertThrows(ApiException.class, call);
          assertEquals(status, error.getCode());
          assertTrue(isEmpty(error.getResponseBody()));
        }
      });
      UUID owner = UUID.fromString(text("owner"));
      assertEquals(200, api.sendCongratulations(owner, text("confirmationKey")).getStatusCode());
    });
  }

  private static DynamicTest refused(String name, int status, String message, Executable call) {
    return dynamicTest("refused: " + name, () -> {
      ApiException error = assertThrows(ApiException.class, call);
      assertEquals(status, error.getCode());
      String body = error.getResponseBody();
      assertTrue(message == null ? isEmpty(body) : body.contains(message), body);
    });
  }

  private void checkUser(JsonNode expected) throws Exception {
    UserInfo user = owner.getUserById(UUID.fromString(expected.get("id").asText())).getResponse();
    Set<String> held = new TreeSet<>();
    for (Method getter : UserInfo.class.getMethods()) {
      JsonProperty property = getter.getAnnotation(JsonProperty.class);
      Object value = property == null || getter.getParameterCount() > 0 ? null : getter.invoke(user);
      if (value == null) continue;
      held.add(property.value());
      check(property.value(), expected.get(property.value()), value);
    }
    Set<String> members = new TreeSet<>();
    expected.fieldNames().forEachRemaining(members::add);
    assertEquals(members, held);
  }

  private static void check(String member, JsonNode expected, Object value) throws Exception {
    if (value instanceof OffsetDateTime date) {
      assertEquals(OffsetDateTime.parse(expected.asText()).toInstant(), date.toInstant(), member);
    } else {
      Object plain = value instanceof Enum<?> ? value.getClass().getMethod("getValue").invoke(value) : value;
      assertEquals(expected.toString(), new ObjectMapper().writeValueAsString(plain), member);
    }
  }

  private static boolean isEmpty(String body) {
    return body == null || body.isEmpty();
  }

  private int congratulate(String key) throws ApiException {
    return api(client -> {}).sendCongratulations(UUID.fromString(text("owner")), key).getStatusCode();
  }

  private PortalUsersApi asKey(String name) {
    return api(bearer(keys.get(name).asText()));
  }

  private PortalUsersApi api(Consumer<ApiClient> configure) {
    return new PortalUsersApi(client(configure));
  }

  private ApiClient client(Consumer<ApiClient> configure) {
    ApiClient client = new ApiClient().setBasePath(text("url"));
    client.getJSON().getMapper().disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
    configure.accept(client);
    return client;
  }

  /** The body of a request. */
  private <T> T body(String name, Class<T> type) throws IOException {
    return client(client -> {}).getJSON().getMapper().treeToValue(expected.get("bodies").get(name), type);
  }

  private static Consumer<ApiClient> apiKey(String scheme, String value) {
    return client -> ((ApiKeyAuth) client.getAuthentication(scheme)).setApiKey(value);
  }

  private static Consumer<ApiClient> bearer(String token) {
    return client -> ((HttpBearerAuth) client.getAuthentication("Bearer")).setBearerToken(token);
  }

  private static Consumer<ApiClient> basic(String username, String password) {
    return client -> {
      client.setUsername(username);
      client.setPassword(password);
    };
  }

  private Stream<JsonNode> elements(String member) {
    return StreamSupport.stream(expected.get(member).spliterator(), false);
  }

  private String text(String member) {
    return expected.get(member).asText();
  }
}

/** The portals. Each has a class, so that reports tell its tests from those of the others. */
class DocumentedTest extends ClientTest {
  DocumentedTest() throws IOException {
    super("documented");
  }
}

class DocumentedBelowNameTest extends ClientTest {
  DocumentedBelowNameTest() throws IOException {
    super("documented-below-name");
  }
}

class ServerTest extends ClientTest {
  ServerTest() throws IOException {
    super("server");
  }
}

class ServerBelowNameTest extends ClientTest {
  ServerBelowNameTest() throws IOException {
    super("server-below-name");
  }
}
