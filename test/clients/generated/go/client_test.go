package docspace

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

// What a Go client that was generated from the document makes of the mock's answers. Members that its types don't know
// are refused.

type expectations struct {
	URL                    string
	Profile                string
	UsersCount             int64
	EmployeeTypes          []EmployeeType
	Users                  []map[string]any
	Nobody                 string
	Owner                  string
	APIKeys                map[string]string
	Login                  struct{ Username, Password string }
	SessionToken           string
	AccessToken            string
	ExpiredAccessToken     string
	ConfirmationKey        string
	ExpiredConfirmationKey string
	TenantID               int64
	Bodies                 struct {
		SignIn         AuthRequestsDto
		Member         MemberRequestDto
		InvitationLink InvitationLinkCreateRequestDto
		APIKey         CreateApiKeyRequestDto
		APIKeyChange   UpdateApiKeyRequest
		Client         CreateClientRequest
		ClientChange   UpdateClientRequest
	}
}

var expected = read()

func read() (read expectations) {
	content, err := os.ReadFile(os.Getenv("EXPECTATIONS"))
	if err == nil {
		err = json.Unmarshal(content, &read)
	}
	if err != nil {
		panic(err)
	}
	return read
}

func isServer() bool { return expected.Profile == "server" }

func client(headers map[string]string) *APIClient {
	configuration := NewConfiguration()
	configuration.Servers = ServerConfigurations{{URL: expected.URL}}
	for name, value := range headers {
		configuration.AddDefaultHeader(name, value)
	}
	return NewAPIClient(configuration)
}

func api() *PortalUsersAPIService { return client(nil).PortalUsersAPI }

// whole gives an answer, in which each member that was sent has to have its place.
func whole[T any](t *testing.T) func(answer T, response *http.Response, err error) T {
	t.Helper()
	return func(answer T, response *http.Response, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if err := decodeStrictly[T](response); err != nil {
			t.Fatal(err)
		}
		return answer
	}
}

// decodeStrictly decodes an answer again: the client itself is strict with types of which a member is required only.
func decodeStrictly[T any](response *http.Response) error {
	decoder := json.NewDecoder(response.Body)
	decoder.DisallowUnknownFields()
	var answer T
	return decoder.Decode(&answer)
}

// done is for operations that answer nothing.
func done(t *testing.T, response *http.Response, err error) {
	t.Helper()
	if err != nil || response.StatusCode != 200 {
		t.Fatal(response, err)
	}
}

func asKey(name string) context.Context {
	return context.WithValue(context.Background(), ContextAccessToken, expected.APIKeys[name])
}

func TestCredentials(t *testing.T) {
	documentedOnly := 200
	if isServer() {
		documentedOnly = 401
	}
	token := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: expected.AccessToken})
	for name, credential := range map[string]struct {
		key    any
		value  any
		status int
	}{
		"ApiKeyBearer":         {ContextAPIKeys, map[string]APIKey{"ApiKeyBearer": {Key: expected.APIKeys["owner"]}}, documentedOnly},
		"Basic":                {ContextBasicAuth, BasicAuth{UserName: expected.Login.Username, Password: expected.Login.Password}, 200},
		"Bearer session token": {ContextAccessToken, expected.SessionToken, 200},
		"Bearer access token":  {ContextAccessToken, expected.AccessToken, 200},
		"OAuth2":               {ContextOAuth2, token, 200},
		"none":                 {contextKey("none"), nil, 401},
		"ApiKeyBearer unknown": {ContextAPIKeys, map[string]APIKey{"ApiKeyBearer": {Key: expected.APIKeys["unknown"]}}, 401},
		"Basic wrong":          {ContextBasicAuth, BasicAuth{UserName: "owner@example.com", Password: "wrong"}, 401},
		"Bearer expired":       {ContextAccessToken, expected.ExpiredAccessToken, 401},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context.WithValue(context.Background(), credential.key, credential.value)
			for operation, call := range guarded(ctx) {
				response, err := call()
				if credential.status != 200 {
					checkRefusal(t, response, err, credential.status, "")
				} else if err != nil || response.StatusCode != 200 {
					t.Errorf("%s: %v", operation, err)
				}
			}
			_, _, err := api().SendCongratulations(ctx).Userid(expected.Owner).Key(expected.ConfirmationKey).Execute()
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// guarded has the operations that ask who is calling.
func guarded(ctx context.Context) map[string]func() (*http.Response, error) {
	return map[string]func() (*http.Response, error){
		"invitation link": func() (*http.Response, error) {
			_, response, err := api().GetInvitationLink(ctx, USER).Execute()
			return response, err
		},
		"users count": func() (*http.Response, error) {
			_, response, err := api().GetPortalUsersCount(ctx).Execute()
			return response, err
		},
		"user by id": func() (*http.Response, error) {
			_, response, err := api().GetUserById(ctx, expected.Owner).Execute()
			return response, err
		},
		"gift message": func() (*http.Response, error) {
			_, response, err := api().MarkGiftMessageAsRead(ctx).Execute()
			return response, err
		},
	}
}

func TestUsersCount(t *testing.T) {
	answer := whole[*Int64Wrapper](t)(api().GetPortalUsersCount(asKey("owner")).Execute())
	if answer.GetResponse() != expected.UsersCount {
		t.Fatal(answer)
	}
}

func TestInvitation(t *testing.T) {
	link := regexp.MustCompile(`/s/[\w-]{15}$`)
	for _, employeeType := range expected.EmployeeTypes {
		t.Run(string(employeeType), func(t *testing.T) {
			answer, _, err := api().GetInvitationLink(asKey("owner"), employeeType).Execute()
			if err != nil || !link.MatchString(answer.GetResponse()) {
				t.Errorf("%v, %v", answer, err)
			}
			answer, _, err = api().GetInvitationLink(asKey("guest"), employeeType).Execute()
			if err != nil || answer.GetResponse() != "" || !answer.HasResponse() {
				t.Errorf("a guest: %v, %v", answer, err)
			}
		})
	}
}

func TestUser(t *testing.T) {
	for _, user := range expected.Users {
		t.Run(user["email"].(string), func(t *testing.T) {
			answer := whole[*UserInfoWrapper](t)(api().GetUserById(asKey("owner"), user["id"].(string)).Execute())
			checkMembers(t, reflect.ValueOf(answer.GetResponse()), user)
		})
	}
}

func TestGiftMessage(t *testing.T) {
	answer := whole[*EmptyWrapper](t)(api().MarkGiftMessageAsRead(asKey("owner")).Execute())
	if answer.GetStatusCode() != 200 {
		t.Fatal(answer)
	}
}

func TestCongratulationsWithoutCredentials(t *testing.T) {
	answer := whole[*EmptyWrapper](t)(congratulate(expected.Owner, expected.ConfirmationKey))
	if answer.GetStatusCode() != 200 {
		t.Fatal(answer)
	}
}

func TestUnknownMembersAreRefused(t *testing.T) {
	faulty := client(map[string]string{"X-DocSpace-Mock-Fault": "unknown-member"}).PortalUsersAPI
	_, response, err := faulty.GetPortalUsersCount(asKey("owner")).Execute()
	if err != nil {
		t.Fatal(err)
	}
	if err := decodeStrictly[Int64Wrapper](response); err == nil || !strings.Contains(err.Error(), "unknown field") {
		t.Error(err)
	}
}

func TestSigningIn(t *testing.T) {
	ctx := context.Background()
	signIn := client(nil).AuthenticationAPI.AuthenticateMe(ctx).AuthRequestsDto(expected.Bodies.SignIn)
	token := whole[*AuthenticationTokenWrapper](t)(signIn.Execute()).Response.GetToken()
	signedIn := client(map[string]string{"Cookie": "asc_auth_key=" + token}).AuthenticationAPI
	for _, is := range []bool{true, false} {
		answer := whole[*BooleanWrapper](t)(signedIn.GetIsAuthentificated(ctx).Execute())
		if answer.GetResponse() != is {
			t.Fatal(answer)
		}
		whole[*EmptyWrapper](t)(signedIn.Logout(ctx).Execute())
	}
}

func TestPeople(t *testing.T) {
	// the operations of the document that need no credential are sent none
	people := client(map[string]string{"Authorization": "Bearer " + expected.APIKeys["owner"]}).PeopleProfilesAPI
	me := whole[*EmployeeFullWrapper](t)(people.GetSelfProfile(context.Background()).Execute())
	if me.Response.GetId() != expected.Owner {
		t.Error(me)
	}
	add := people.AddMember(context.Background()).MemberRequestDto(expected.Bodies.Member)
	added := whole[*EmployeeFullWrapper](t)(add.Execute())
	if added.Response.GetEmail() != expected.Bodies.Member.GetEmail() {
		t.Error(added)
	}
	remove, _ := http.NewRequest("DELETE", expected.URL+"/__mock/users/"+added.Response.GetId(), nil)
	if response, err := http.DefaultClient.Do(remove); err != nil || response.StatusCode != 204 {
		t.Error(response, err)
	}
}

func TestSettingsAndCapabilities(t *testing.T) {
	settings := client(nil).SettingsCommonSettingsAPI.GetPortalSettings(asKey("owner")).Withpassword(true)
	whole[*SettingsWrapper](t)(settings.Execute())
	whole[*CapabilitiesWrapper](t)(client(nil).CapabilitiesAPI.GetPortalCapabilities(asKey("owner")).Execute())
}

func TestAPIKeys(t *testing.T) {
	keys, owner := client(nil).ApiKeysAPI, asKey("owner")
	create := keys.CreateApiKey(owner).CreateApiKeyRequestDto(expected.Bodies.APIKey)
	made := whole[*ApiKeyResponseWrapper](t)(create.Execute()).GetResponse()
	reader := context.WithValue(context.Background(), ContextAccessToken, made.GetKey())
	whole[*ApiKeyResponseWrapper](t)(keys.GetApiKey(reader).Execute())
	whole[*ApiKeyResponseArrayWrapper](t)(keys.GetApiKeys(owner).Execute())
	whole[*STRINGArrayWrapper](t)(keys.GetAllPermissions(owner).Execute())
	change := keys.UpdateApiKey(owner, made.GetId()).UpdateApiKeyRequest(expected.Bodies.APIKeyChange)
	whole[*BooleanWrapper](t)(change.Execute())
	gone := whole[*BooleanWrapper](t)(keys.DeleteApiKey(owner, made.GetId()).Execute())
	if !gone.GetResponse() {
		t.Error(gone)
	}
}

func TestInvitationLinks(t *testing.T) {
	owner := asKey("owner")
	create := api().CreateInvitationLink(owner).InvitationLinkCreateRequestDto(expected.Bodies.InvitationLink)
	answer, response, err := create.Execute()
	if isServer() {
		// a real portal sends the number
		if err == nil || response.StatusCode != 200 || !strings.Contains(err.Error(), "employeeType") {
			t.Error(answer, err)
		}
		return
	}
	made := whole[*InvitationLinkWrapper](t)(answer, response, err).GetResponse()
	if made.GetEmployeeType() != USER {
		t.Error(made)
	}
	whole[*InvitationLinkWrapper](t)(api().GetInvitationLinkByEmployeeType(owner, USER).Execute())
	change := NewInvitationLinkUpdateRequestDto(made.GetId())
	change.SetMaxUseCount(5)
	whole[*InvitationLinkWrapper](t)(api().UpdateInvitationLink(owner).InvitationLinkUpdateRequestDto(*change).Execute())
	gone := NewInvitationLinkDeleteRequestDto(made.GetId())
	whole[*EmptyWrapper](t)(api().DeleteInvitationLink(owner).InvitationLinkDeleteRequestDto(*gone).Execute())
}

func TestOAuth2Clients(t *testing.T) {
	ctx := context.Background()
	signature := whole[*StringWrapper](t)(client(nil).SecurityOAuth2API.GenerateJwtToken(asKey("owner")).Execute())
	signed := client(map[string]string{"x-signature": signature.GetResponse()})
	querying, management := signed.OAuth20ClientQueryingAPI, signed.OAuth20ClientManagementAPI
	whole[[]ScopeResponse](t)(signed.OAuth20ScopeManagementAPI.GetScopes(ctx).Execute())
	create := management.CreateClient(ctx).CreateClientRequest(expected.Bodies.Client)
	made := whole[*ClientResponse](t)(create.Execute())
	if made.GetTenant() != expected.TenantID {
		t.Error(made)
	}
	id := made.GetClientId()
	whole[*ClientSecretResponse](t)(management.RegenerateSecret(ctx, id).Execute())
	response, err := management.UpdateClient(ctx, id).UpdateClientRequest(expected.Bodies.ClientChange).Execute()
	done(t, response, err)
	off := NewChangeClientActivationRequest()
	off.SetStatus(false)
	response, err = management.ChangeActivation(ctx, id).ChangeClientActivationRequest(*off).Execute()
	done(t, response, err)
	if changed := whole[*ClientResponse](t)(querying.GetClient(ctx, id).Execute()); changed.GetEnabled() {
		t.Error(changed)
	}
	whole[*PageableClientResponse](t)(querying.GetClients(ctx).Limit(50).Execute())
	response, err = management.DeleteClient(ctx, id).Execute()
	done(t, response, err)
}

func TestRefused(t *testing.T) {
	type outcome struct {
		response *http.Response
		err      error
	}
	noKey, noKeyMessage := 403, "Access denied"
	if isServer() {
		noKey, noKeyMessage = 400, "Value cannot be null"
	}
	for name, refusal := range map[string]struct {
		call    func() outcome
		status  int
		message string
	}{
		"a guest counts users": {func() outcome {
			_, response, err := api().GetPortalUsersCount(asKey("guest")).Execute()
			return outcome{response, err}
		}, 403, "Access denied"},
		"a key that may only read": {func() outcome {
			_, response, err := api().MarkGiftMessageAsRead(asKey("readOnly")).Execute()
			return outcome{response, err}
		}, 403, ""},
		"nobody has the id": {func() outcome {
			_, response, err := api().GetUserById(asKey("owner"), expected.Nobody).Execute()
			return outcome{response, err}
		}, 404, "The user could not be found"},
		"an expired key": {func() outcome {
			_, response, err := congratulate(expected.Owner, expected.ExpiredConfirmationKey)
			return outcome{response, err}
		}, 403, "Access denied"},
		"no GUID": {func() outcome {
			_, response, err := congratulate("abc", "x")
			return outcome{response, err}
		}, 400, "One or more validation errors occurred."},
		"no key": {func() outcome {
			_, response, err := congratulate(expected.Owner, "")
			return outcome{response, err}
		}, noKey, noKeyMessage},
	} {
		t.Run(name, func(t *testing.T) {
			result := refusal.call()
			checkRefusal(t, result.response, result.err, refusal.status, refusal.message)
		})
	}
}

func congratulate(userid, key string) (*EmptyWrapper, *http.Response, error) {
	return api().SendCongratulations(context.Background()).Userid(userid).Key(key).Execute()
}

func checkRefusal(t *testing.T, response *http.Response, err error, status int, message string) {
	t.Helper()
	var refused *GenericOpenAPIError
	if !errors.As(err, &refused) {
		t.Fatalf("no error of the client's: %v", err)
	}
	if response.StatusCode != status {
		t.Errorf("status %d instead of %d", response.StatusCode, status)
	}
	body := string(refused.Body())
	if message == "" && body != "" || !strings.Contains(body, message) {
		t.Errorf("body %q", body)
	}
}

// checkMembers compares what a struct holds with JSON, and counts what it holds.
func checkMembers(t *testing.T, held reflect.Value, expected map[string]any) {
	t.Helper()
	members := map[string]any{}
	for i := range held.NumField() {
		name, _, _ := strings.Cut(held.Type().Field(i).Tag.Get("json"), ",")
		value := held.Field(i)
		if get := value.MethodByName("Get"); get.IsValid() { // a nullable one
			value = get.Call(nil)[0]
		}
		if name == "" || name == "-" || value.IsZero() && (value.Kind() == reflect.Pointer || value.Kind() == reflect.Slice) {
			continue
		}
		members[name] = plain(reflect.Indirect(value))
	}
	for name, value := range expected {
		if date, ok := members[name].(time.Time); ok {
			moment, err := time.Parse(time.RFC3339Nano, value.(string))
			if err != nil || !date.Equal(moment) {
				t.Errorf("%s: %v instead of %v", name, date, value)
			}
		} else if !reflect.DeepEqual(members[name], value) {
			t.Errorf("%s: %#v instead of %#v", name, members[name], value)
		}
	}
	if len(members) != len(expected) {
		t.Errorf("%d members instead of %d: %v", len(members), len(expected), members)
	}
}

// plain gives a member's value in the way in which encoding/json has it.
func plain(value reflect.Value) any {
	switch value.Kind() {
	case reflect.Int32, reflect.Int64, reflect.Int:
		return float64(value.Int())
	case reflect.String:
		return value.String()
	case reflect.Bool:
		return value.Bool()
	case reflect.Slice:
		items := []any{}
		for i := range value.Len() {
			items = append(items, plain(value.Index(i)))
		}
		return items
	default:
		return value.Interface()
	}
}
